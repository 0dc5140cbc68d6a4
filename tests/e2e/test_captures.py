"""The corpus of captures/: files, index and audit are in step, and the files are what vmacheck makes today. `make captures` brings them there."""
import getpass
import json
import re
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from program import ROOT  # noqa: E402

sys.path.insert(0, str(ROOT / 'captures'))
import corpus  # noqa: E402
from index_page import page  # noqa: E402

INDEX = json.loads((corpus.FOLDER / 'index.json').read_text(encoding='utf-8'))
FILES = [entry['file'] for entry in INDEX]
SECTIONS = {'1', '2', '2.1', '2.2', '3.1', '3.2', '3.3.1', '3.3.2', '3.3.3', '4', '5', '6', '7'}
CORPUS_LIMIT = 4_000_000  # octets of all files


def in_threads(function, items):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(function, items))


def test_every_file_is_in_the_index_and_every_entry_has_its_file():
    there = [str(path.relative_to(corpus.FOLDER)) for path in corpus.FOLDER.rglob('*.pcap*')]
    assert len(FILES) == len(set(FILES)) > 150
    assert sorted(there) == sorted(FILES) == sorted(recipe.file for recipe in corpus.recipes())


def test_audit_says_what_the_index_says():
    def difference(entry):
        said = corpus.judged(corpus.audit(corpus.FOLDER / entry['file']))
        return [entry['file'], {key: value for key, value in said.items() if entry[key] != value}]
    assert [pair for pair in in_threads(difference, INDEX) if pair[1]] == []


def test_the_page_is_that_of_the_index():
    assert (corpus.FOLDER / 'README.md').read_text(encoding='utf-8') == page(INDEX)


def test_making_them_anew_gives_the_same_octets():
    recipes = corpus.recipes()
    made = corpus.make(recipes)
    assert len(made) == sum(bool(recipe.instance) for recipe in recipes) > 150
    assert [file for file, octets in made.items() if (corpus.FOLDER / file).read_bytes() != octets] == []


def test_what_happened_is_what_cases_and_mutants_say():
    sentences = corpus.titles()
    assert [entry['happened'] for entry in INDEX] == [corpus.happened(recipe, sentences) for recipe in corpus.recipes()]


def test_none_is_large():
    sizes = {file: (corpus.FOLDER / file).stat().st_size for file in FILES}
    assert [file for file, size in sizes.items() if size > corpus.SIZE_LIMIT] == []
    assert sum(sizes.values()) < CORPUS_LIMIT


def test_nothing_in_them_tells_of_a_machine():
    words = [word.encode() for word in {socket.gethostname(), getpass.getuser(), str(ROOT)} if len(word) > 3]
    path = re.compile(rb'/(?:home|root|tmp|usr|var|work)/|[A-Z]:\\')
    assert [file for file in FILES for octets in [(corpus.FOLDER / file).read_bytes()]
            if path.search(octets) or any(word in octets for word in words)] == []


def test_each_section_of_the_draft_is_done_right():
    sections = {re.match(r'right/([0-9.]+)-', file).group(1) for file in FILES if file.startswith('right/') and 'rfc' not in file}
    assert sections == SECTIONS
    assert [entry['file'] for entry in INDEX if entry['file'].startswith('right/') and entry['violations']] == []


def test_each_wrong_one_breaks_the_requirement_of_its_name():
    for entry in INDEX:
        if entry['broken']:
            assert entry['file'].startswith(f"wrong/{entry['broken']}-")
            local = {finding['requirement'] for finding in entry['violations'] + entry['remarks'] if finding['local'] or not any_local(entry)}
            assert (entry['broken'] in local) == entry['found'], entry['file']


def any_local(entry):
    return any(station['local'] for station in entry['stations'])
