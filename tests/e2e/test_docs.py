"""What the pages point at is there, and the commands that they show exist."""
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from program import ROOT, vmacheck  # noqa: E402

PAGES = sorted([*ROOT.glob('*.md'), *(ROOT / 'docs').glob('*.md'), ROOT / 'reports/README.md', *ROOT.glob('examples/*/README.md')])
FOLDERS = ('cases', 'docs', 'examples', 'harness', 'mutants', 'reference', 'reports', 'spec', 'tests')
LAYERS = tuple(folder.name for folder in (ROOT / 'harness').iterdir() if folder.is_dir())


@pytest.mark.parametrize('page', PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_points_at_is_there(page):
    text = page.read_text(encoding='utf-8')
    for target in re.findall(r'\]\(([^)#:]+)(?:#[^)]*)?\)', text):
        assert (page.parent / target).exists(), target
    for word in re.findall(r'`([\w./*-]+/[\w./*-]*)`', text):
        start = word.split('/')[0]
        if start in FOLDERS or start in LAYERS:
            base = ROOT / 'harness' if start in LAYERS and start not in FOLDERS else ROOT
            assert list(base.glob(word.rstrip('/'))), word


@pytest.mark.parametrize('page', PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_ids_on_a_page_exist(page):
    """Cases, requirements and mutants in the commands of a page (the placeholders in capitals aside)."""
    for line in re.findall(r'^    (?:\$ )?(?:build/)?vmacheck ([a-z].+)$', page.read_text(encoding='utf-8'), re.M):
        command, *words = line.split('#')[0].split()
        ids = [word for word in words if re.fullmatch(r'[a-z-]+/[a-z0-9-]*|[RV]-[\d.]+-\d+|M\d+', word)]
        if command in ('run', 'list') and ids:
            assert vmacheck('list', *ids).returncode == 0, line
        elif command in ('explain', 'mutants') and ids:
            assert vmacheck('explain', *ids).returncode == 0, line
        else:
            assert vmacheck(command, '--help').returncode == 0, line


def test_the_sample_run_of_the_readme_is_what_is_printed(tmp_path):
    """All of it but the directory, and the lines of the source, which move with every change."""
    text = (ROOT / 'README.md').read_text(encoding='utf-8')
    command, out, sample = re.search(r'^    \$ build/vmacheck (run .+?) --out (\S+)\n    …\n((?:    .*\n)+)', text, re.M).groups()
    printed = vmacheck(*command.split(), '--out', str(tmp_path)).stdout.replace(str(tmp_path), out)

    def without_lines(part):
        return re.sub(r'\.c:\d+$', '.c', part, flags=re.M)
    assert without_lines(re.sub(r'^    ', '', sample, flags=re.M)) in without_lines(printed)
