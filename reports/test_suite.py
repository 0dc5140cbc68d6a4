"""One test: the verdict on a case instance."""
import pytest


def test_conformance(instance, run, record_property):
    case, done = run(instance)
    if case is None:
        pytest.fail(f'no verdict; vmacheck ended with status {done.returncode}\n{done.stdout}{done.stderr}', pytrace=False)
    for name in ('verdict', 'seed'):
        record_property(name, case[name])
    if case['capture']:
        record_property('capture', case['capture'])
    if case['verdict'] == 'not-applicable':
        pytest.skip(case['reason'])
    if case['verdict'] != 'pass':
        pytest.fail(explanation(case, done.stdout), pytrace=False)
    if done.returncode:
        pytest.fail(f'a pass, but vmacheck ended with status {done.returncode}\n{done.stderr}', pytrace=False)
    for finding in case['findings']:
        print(f"remark {finding['requirement']}: expected {finding['expected']}; got {finding['actual']}")


def explanation(case, text):
    """What vmacheck itself prints about a case that did not pass: the paragraph that begins with FAIL, or the reason."""
    paragraphs = [part for part in text.split('\n\n') if part.startswith('FAIL ')]
    return paragraphs[0] if paragraphs else f"{case['verdict']}: {case['reason']}\n{case['instance']}, seed {case['seed']}"
