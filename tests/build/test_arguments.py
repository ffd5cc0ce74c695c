import pytest
from inglenook_build.arguments import parse


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://models.example", "https://models.example"),
        ("HTTPS://Models.Example:8443/", "https://models.example:8443"),
        ("http://192.168.1.20:11434", "http://192.168.1.20:11434"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://[::1]", "http://[::1]"),
        ("http://nas", "http://nas"),
    ],
)
def test_a_server_to_connect_to_is_kept_as_scheme_host_and_port(given, kept):
    assert parse(["build", "--connect", given]).connect == [kept]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("models.example", "has no scheme"),
        ("ftp://models.example", "neither http nor https"),
        ("javascript://x", "neither http nor https"),
        ("https://*.example", "has a wildcard"),
        ("https://models.example/v1", "has a path"),
        ("https://models.example?x", "has a path"),
        ("https://me:secret@models.example", "has a user name"),
        ("https://models.example:99999", "has no usable port"),
        ("https://models.example:", "has no usable port"),
        ("https://", "has no usable host"),
        ("https://a;script-src 'unsafe-eval'", "has no usable host"),
        ("https://a https://b", "has a path"),
        ("https://models_example", "has no usable host"),
    ],
)
def test_anything_else_to_connect_to_is_refused_with_a_sentence(given, reason, capsys):
    with pytest.raises(SystemExit) as stopped:
        parse(["serve", "--connect", given])
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert reason in said
    assert said.count("\n") == 1


def test_several_servers_are_kept_in_order():
    chosen = parse(["serve", "--connect", "https://a.example", "--connect", "http://b:1"])
    assert chosen.connect == ["https://a.example", "http://b:1"]


@pytest.mark.parametrize(
    "given",
    [[], ["bake"], ["serve", "--port", "x"], ["serve", "--port", "70000"], ["serve", "extra"], ["build", "--fast"]],
)
def test_wrong_usage_ends_with_one_sentence_and_code_2(given, capsys):
    with pytest.raises(SystemExit) as stopped:
        parse(given)
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("build.py")
    assert said.count("\n") == 1


def test_what_a_test_run_does_not_know_goes_to_pytest():
    chosen = parse(["test", "unit", "tests/core", "-k", "merge", "-x", "--lf"])
    assert (chosen.only, chosen.keyword, chosen.extra) == (["unit", "tests/core"], "merge", ["-x", "--lf"])
