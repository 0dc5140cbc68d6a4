#!/usr/bin/python3
"""Makes the corpus: right/ and wrong/ from recipes.yaml and found.yaml, README.md and index.json from what audit says.

    captures/generate.py [DIRECTORY]     here, or in DIRECTORY without touching what is here

VMACHECK names the program (build/vmacheck). Equal programs give equal octets.
"""
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import corpus  # noqa: E402
from index_page import page  # noqa: E402


def main():
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else corpus.FOLDER
    recipes = corpus.recipes()
    complain_of(recipes)
    made = corpus.make(recipes)
    for folder in ('right', 'wrong'):
        (target / folder).mkdir(parents=True, exist_ok=True)
        for old in (target / folder).glob('*.pcapng'):
            if f'{folder}/{old.name}' not in made:
                old.unlink()
    for file, octets in made.items():
        (target / file).write_bytes(octets)
    write_index(target, recipes)
    print(f'{len(recipes)} captures, {sum(map(len, made.values())) // 1000} kB made, in {target}')


def complain_of(recipes):
    files = [recipe.file for recipe in recipes]
    twice = {file for file in files if files.count(file) > 1}
    if twice:
        sys.exit(f'generate: more than one recipe for {", ".join(sorted(twice))}')


def write_index(target, recipes):
    sentences = corpus.titles()
    with ThreadPoolExecutor() as pool:
        entries = list(pool.map(lambda recipe: corpus.entry_of(recipe, corpus.happened(recipe, sentences), place_of(target, recipe)), recipes))
    lines = ',\n'.join(json.dumps(entry, ensure_ascii=False) for entry in entries)
    (target / 'index.json').write_text(f'[\n{lines}\n]\n', encoding='utf-8')
    (target / 'README.md').write_text(page(entries), encoding='utf-8')


def place_of(target, recipe):
    return (target if recipe.instance else corpus.FOLDER) / recipe.file


if __name__ == '__main__':
    main()
