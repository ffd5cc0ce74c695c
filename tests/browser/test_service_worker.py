"""The service worker by itself, on a site of a few small files, so that a build can be replaced by another."""

import re
from pathlib import Path

import pytest
from inglenook_build.compressed import sha256
from inglenook_build.filled import service_worker
from inglenook_build.server import serve

SOURCE = (Path(__file__).parents[2] / "web/sw.js").read_text()
PAGE = """<!doctype html><title>{build}</title><script type="module">
navigator.serviceWorker.register("./sw.js", {{ scope: "./" }});
</script>"""


def until(condition):
    """JavaScript that ends when a condition on the registration holds; a predicate that waits is not waited for."""
    return f"""async () => {{
      const registration = await navigator.serviceWorker.ready;
      while (!({condition})) await new Promise((done) => setTimeout(done, 10));
    }}"""


ACTIVE = until("registration.active && navigator.serviceWorker.controller")
WAITING = until("registration.waiting")
SETTLED = until("!registration.installing")
ONE_OTHER_CACHE = until("(await caches.keys()).length === 2")


def written(folder, build, **texts):
    """A built site: a page with the build's name as its title, and files."""
    folder.mkdir()
    (folder / "index.html").write_text(PAGE.format(build=build))
    (folder / "python").mkdir()
    (folder / "python/python_stdlib.zip").write_text("library")
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text)
    hashes = {path.relative_to(folder).as_posix(): sha256(path) for path in sorted(folder.rglob("*")) if path.is_file()}
    (folder / "sw.js").write_text(service_worker(SOURCE, build, hashes))
    return folder


@pytest.fixture
def first(tmp_path):
    return written(tmp_path / "first", "one", same="same", other="old")


@pytest.fixture
def second(tmp_path):
    return written(tmp_path / "second", "two", same="same", other="new")


@pytest.fixture
def site(first):
    with serve(first, prefix="/some/where") as running:
        yield running


@pytest.fixture
def page(browser, site):
    context = browser.new_context()
    page = context.new_page()
    page.goto(site.url)
    page.evaluate(ACTIVE)
    yield page
    context.close()


def text_of(page, name):
    return page.evaluate("async (name) => (await fetch(name)).text()", name)


def ask_for_update(page):
    page.evaluate("async () => { await (await navigator.serviceWorker.getRegistration()).update().catch(() => {}) }")


def take_over(page):
    page.evaluate(
        """async () => {
          const changed = new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done));
          (await navigator.serviceWorker.getRegistration()).waiting.postMessage({ type: "skip-waiting" });
          await changed;
        }"""
    )


def test_everything_is_there_without_a_network(page, site):
    page.context.set_offline(True)
    site.dist = site.dist / "nowhere"
    page.goto(site.url + "?code=of-a-sign-in")
    assert page.title() == "one"
    assert text_of(page, "other.txt") == "old"


def test_nothing_is_transferred_twice_on_a_first_visit(page, site):
    whole = [path for path, status in site.answered if status == 200]
    assert sorted(whole) == sorted(set(whole))


def test_what_is_for_later_is_kept_when_it_was_used(page, site):
    assert "/some/where/python/python_stdlib.zip" not in [path for path, _ in site.answered]
    text_of(page, "python/python_stdlib.zip")
    site.dist = site.dist / "nowhere"
    assert text_of(page, "python/python_stdlib.zip") == "library"


def test_an_update_waits_until_the_page_says_so_and_fetches_only_what_changed(page, site, second):
    site.dist = second
    site.answered.clear()
    ask_for_update(page)
    page.evaluate(WAITING)
    assert text_of(page, "other.txt") == "old"
    take_over(page)
    assert text_of(page, "other.txt") == "new"
    page.reload()
    assert page.title() == "two"
    asked = {path.rsplit("/", 1)[1] for path, _ in site.answered}
    assert asked == {"sw.js", "index.html", "other.txt"}
    assert page.evaluate("async () => (await caches.keys()).length") == 1


def test_an_update_with_a_file_that_is_not_its_own_leaves_the_old_build_in_place(page, site, second):
    (second / "other.txt").write_text("of yet another build")
    site.dist = second
    ask_for_update(page)
    page.evaluate(SETTLED)
    assert page.evaluate("async () => (await navigator.serviceWorker.getRegistration()).waiting") is None
    assert text_of(page, "other.txt") == "old"
    page.reload()
    assert page.title() == "one"


def test_other_methods_and_other_sites_pass_by(page, site, first):
    with serve(first) as other:
        said = page.evaluate(
            """async ([own, other]) => [
              (await fetch(own, { method: "POST" })).status,
              await fetch(other).catch((error) => error.name),
            ]""",
            [site.url + "other.txt", other.url + "other.txt"],
        )
        assert said == [501, "TypeError"]
        assert [path for path, _ in other.answered] == ["/other.txt"]


def test_a_room_under_another_path_keeps_its_own_files(page, site, second):
    site.dist = second
    page.evaluate("async () => { await caches.open('inglenook http://127.0.0.1/another/ zero') }")
    ask_for_update(page)
    page.evaluate(WAITING)
    take_over(page)
    page.evaluate(ONE_OTHER_CACHE)
    names = page.evaluate("async () => caches.keys()")
    assert [re.sub(r":\d+", "", name) for name in sorted(names)] == [
        "inglenook http://127.0.0.1/another/ zero",
        "inglenook http://127.0.0.1/some/where/ two",
    ]
