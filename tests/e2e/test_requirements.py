"""The ledger against the suite: every requirement has a check for each role that it binds, or a stated reason; the page that says
so is up to date; and each role's requirements are proven by mutants."""
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from program import ROOT, vmacheck  # noqa: E402


def test_no_requirement_is_left_unchecked():
    done = vmacheck('requirements', '--gaps')
    assert (done.returncode, done.stdout) == (0, 'every requirement has a check or a stated reason for each of its roles\n')


def test_the_page_is_up_to_date():
    """Made by: vmacheck requirements --format markdown > docs/requirements.md"""
    page = vmacheck('requirements', '--format', 'markdown').stdout
    assert page == (ROOT / 'docs' / 'requirements.md').read_text(encoding='utf-8')
    assert 'no check' not in page


def test_reasons_are_for_requirements_that_exist_and_have_no_check():
    """An excuse that is no longer needed has to go."""
    ids = re.findall(r'^    \{"([RVL]-[^"]+)"', (ROOT / 'harness' / 'suite' / 'unchecked.c').read_text(encoding='utf-8'), re.M)
    page = (ROOT / 'docs' / 'requirements.md').read_text(encoding='utf-8')
    for id_ in ids:
        row = re.search(rf'^\| {re.escape(id_)} \|.*$', page, re.M)
        assert row and ': ' in row[0] and '[' in row[0], id_
