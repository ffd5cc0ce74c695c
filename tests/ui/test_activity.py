"""Settings, Activity as elements: sums that follow the filter, charts with words, and a table with every column."""

from dataclasses import replace

import pytest
from inglenook.app.state import Activity, Note, Panel, Room
from inglenook.core.activity import Entry
from inglenook.core.budget import Budget
from inglenook.core.copy import Copy
from inglenook.ui.views import Views

from tests.ui.page import buttons, read
from tests.ui.room import DAY, NOW, ROUTER, room

PAID = Entry(
    "a1", NOW, "OpenRouter", False, "acme/bolt", "acme/bolt-2", "Alder", 1204, 81, 20, 1000, 0.0041, "charged", 0.0,
    640, 2000, "done", None, "gen-1-x",
)  # fmt: skip
LISTED = Entry("a2", NOW - DAY, "Own", False, "own/nut", prompt_tokens=100, cost_usd=0.5, cost_source="list price")
FAILED = Entry("a3", NOW - 2 * DAY, "OpenRouter", False, "acme/bolt", status="failed", code=429)
PRACTICE = Entry("a4", NOW - 40 * DAY, "Practice room", True, "practice/hearth-1", cost_usd=9.0, cost_source="charged")
ALL = (PAID, LISTED, FAILED, PRACTICE)


def region(state, id):
    (patch,) = [p for p in Views().patches(state) if p.get("region") == id]
    return read(patch["html"])


def drawn(*entries, **facts):
    activity = Activity(entries or ALL, loaded=True, **facts)
    return region(room(panel=Panel("settings", "Activity"), activity=activity), "settings-content")


def words(element):
    return " ".join(element.text.split())


def sums(page):
    return {box.one("dt").text: box.all("dd")[0].text for box in page.one("dl").all("div")}


def cells(page, place=0):
    row = page.one("table", aria_label="Requests").one("tbody").all("tr")[place]
    return [words(cell) for cell in row.children]


def test_a_request_is_a_row_with_every_column():
    page = drawn()
    heads = [head.text for head in page.one("table", aria_label="Requests").one("thead").all("th", scope="col")]
    assert dict(zip(heads, cells(page), strict=True)) == {
        "Time": "21 Sep 2026, 14:13", "Connection": "OpenRouter", "Model": "acme/boltacme/bolt-2", "Provider": "Alder",
        "In": "1,204", "Out": "81", "Cached": "1,000", "Reasoning": "20", "Cost": "$0.0041charged", "Discount": "$0",
        "Latency": "0.64 s", "Duration": "2.0 s", "Tokens/s": "40.5", "Status": "done", "Generation id": "gen-1-x",
    }  # fmt: skip
    assert page.one("time", datetime="2026-09-21T14:13:20Z")


def test_a_cost_says_where_it_is_from_and_unknown_is_a_dash():
    page = drawn()
    assert [cells(page, place)[8] for place in range(4)] == [
        "$0.0041charged", "$0.50list price", "–", "$9.00pretend money",
    ]  # fmt: skip
    assert cells(page, 2)[13] == "failed 429"


def test_practice_money_is_in_no_sum():
    page = drawn()
    assert sums(page) == {
        "Requests": "4", "Cost": "about $0.50", "Discount": "$0", "Tokens in": "1,304", "Tokens out": "81",
    }  # fmt: skip
    assert "pretend money, $9.00, is in no sum" in words(page)
    assert "1 request without a known cost" in words(page)


def test_sums_charts_and_rows_follow_the_filter():
    page = drawn(first="2026-09-20", last="2026-09-20")
    assert (sums(page)["Requests"], sums(page)["Cost"]) == ("1", "about $0.50")
    assert [head.text for head in page.one("table", aria_label="By model").all("th", scope="row")] == ["own/nut"]
    page = drawn(model="acme/bolt")
    assert sums(page)["Requests"] == "2"
    assert "Show all" in buttons(page)
    assert [o.text for o in page.one("select", id="activity-model").all("option", selected="")] == ["acme/bolt"]
    assert "Show all" not in buttons(drawn())


def test_a_filter_that_goes_backwards_says_so():
    page = drawn(first="2026-09-22", last="2026-09-20")
    assert "The first day is after the last one" in words(page)
    assert page.one("table", aria_label="Requests").one("tbody").all("tr") == []


def test_a_filter_without_a_match_says_so():
    page = drawn(model="gone/model")
    assert "No request matches." in words(page)
    assert "gone/model" in [o.attributes["value"] for o in page.one("select", id="activity-model").all("option")]


def test_charts_say_their_essence_and_have_their_numbers_as_a_table():
    page = drawn()
    said = [svg.attributes["aria-label"] for svg in page.all("svg", role="img")]
    assert said == [
        "Cost by day, 23 Aug 2026 to 21 Sep 2026: about $0.50 in all, most on 20 Sep 2026 with about $0.50.",
        "Cost by model: own/nut about $0.50, acme/bolt $0.0041, practice/hearth-1 $0.",
        "Cost by provider: not said about $0.50, Alder $0.0041.",
    ]
    table = page.one("table", aria_label="By day")
    rows = [[words(cell) for cell in row.children] for row in table.one("tbody").all("tr")]
    assert rows == [
        ["21 Sep 2026", "1", "1,204", "81", "$0.0041"],
        ["20 Sep 2026", "1", "100", "0", "about $0.50"],
        ["19 Sep 2026", "1", "0", "0", "$0"],
    ]
    days = page.all("svg", role="img")[0]
    assert [bar.one("title").text for bar in days.all("rect")] == [
        "20 Sep 2026: about $0.50", "21 Sep 2026: $0.0041",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        ("tokens", "Tokens by model: acme/bolt 1,285 tokens, own/nut 100 tokens, practice/hearth-1 0 tokens."),
        ("requests", "Requests by model: acme/bolt 2 requests, own/nut 1 request, practice/hearth-1 1 request."),
    ],
)
def test_charts_show_what_is_chosen(measure, said):
    assert drawn(measure=measure).all("svg", role="img")[1].attributes["aria-label"] == said


def test_without_any_cost_the_charts_show_what_there_is():
    for entry, measure in ((replace(PRACTICE, prompt_tokens=5), "tokens"), (FAILED, "requests")):
        select = drawn(entry).one("select", id="activity-measure")
        assert [o.attributes["value"] for o in select.all("option", selected="")] == [measure]


def test_the_chart_of_days_follows_the_filter_and_says_what_it_leaves_out():
    days = drawn(*ALL).all("figure")[0]
    assert words(days.one("figcaption")) == "By day last 30 days"
    days = drawn(*ALL, last="2026-08-31").all("figure")[0]
    assert (words(days.one("figcaption")), len(days.one("tbody").all("tr"))) == ("By day", 1)
    spread = tuple(replace(PAID, id=f"e{n}", at_ms=NOW - n * DAY) for n in range(100))
    days = drawn(*spread, first="2026-01-01").all("figure")[0]
    assert words(days.one("figcaption")) == "By day last 92 days of it"
    assert len(days.one("tbody").all("tr")) == 92


def test_many_models_are_summed_up():
    page = drawn(*(replace(PAID, id=f"e{n}", model=f"m{n:02}", cost_usd=1 + n) for n in range(20)))
    bars = page.all("svg", role="img")[1].all("svg")
    assert [words(bar.one("title")) for bar in bars[::8]] == ["m19: $20.00", "12 others: $78.00"]
    assert len(page.one("table", aria_label="By model").one("tbody").all("tr")) == 20


def test_the_newest_hundred_are_drawn_and_more_can_be_had():
    many = tuple(replace(PAID, id=f"e{n:03}") for n in range(250))
    page = drawn(*many)
    assert len(page.one("table", aria_label="Requests").one("tbody").all("tr")) == 100
    more = page.one("button", data_action="activity.more")
    assert (more.attributes["data-sentinel"], more.attributes["data-shown"]) == ("activity.more", "100")
    assert "100 requests shown of 250" in words(page)
    assert "Show more" not in buttons(drawn(*many, shown=300))


def test_the_files_and_clearing_are_buttons():
    page = drawn()
    assert {"Export CSV", "Export JSON", "Clear activity"} <= set(buttons(page))
    formats = [button.attributes["data-format"] for button in page.all("button", data_action="activity.export")]
    assert formats == ["csv", "json"]


def test_what_is_empty_damaged_or_unreadable_says_so():
    empty = region(room(panel=Panel("settings", "Activity"), activity=Activity(loaded=True)), "settings-content")
    assert "Nothing has been asked yet." in words(empty)
    assert "2 entries cannot be read" in words(drawn(damaged=2))
    failed = Activity(unreadable="The disk is broken.")
    page = region(room(panel=Panel("settings", "Activity"), activity=failed), "settings-content")
    assert "The list cannot be read. The disk is broken." in words(page)
    assert "Reading the list" not in words(page)


# The budget


def budget_card(*entries, **facts):
    return drawn(*entries, **facts).one("div", id="budget-card")


def test_the_month_has_a_sum_with_and_without_a_budget():
    assert budget_card().one("h4").text == "September 2026: about $0.50"
    card = budget_card(budget=Budget(5), typed_limit="5")
    assert card.one("h4").text == "September 2026: about $0.50 of $5.00"
    assert card.one("input", id="budget-limit").attributes["value"] == "5"
    assert card.one("progress").attributes["max"] == "1"


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        (Budget(5), ""),
        (Budget(0.6), "More than 80 % of the budget is spent."),
        (Budget(0.5), "The budget is spent."),
        (Budget(0.5, hard_stop=True), "Nothing is sent until you raise it or the month ends."),
    ],
)
def test_the_card_says_how_far_the_budget_is_spent(budget, said):
    text = words(budget_card(budget=budget))
    assert said in text
    assert said or "spent." not in text


def test_a_wrong_limit_is_said_beside_the_field():
    card = budget_card(typed_limit="abc", limit_problem="This is not an amount.", budget=Budget(5))
    assert card.one("input", id="budget-limit").attributes["aria-invalid"] == "true"
    assert "This is not an amount. The budget is still $5.00." in words(card.one("div", id="budget-problem"))


def note(budget, **facts):
    return words(region(room(activity=Activity((LISTED,), loaded=True, budget=budget), **facts), "composer-note"))


def test_the_composer_warns_before_and_at_the_limit():
    assert note(Budget(0.6)) == "This month has cost about $0.50 of your $0.60 budget. Change the budget"
    assert note(Budget(0.5)) == "This month’s budget of $0.50 is spent: about $0.50 so far. Change the budget"
    assert note(Budget(0.5, hard_stop=True)).startswith("This month’s budget of $0.50 is spent, so nothing is sent.")
    # What was just said in full is not said twice.
    assert "Change the budget" not in note(Budget(0.6), room=Room("c1", note=Note("Something else.")))


def test_the_composer_says_nothing_where_the_budget_does_not_count():
    assert "budget" not in words(region(room(), "composer-note"))
    practice = replace(ROUTER, id="p", kind="practice", label="Practice room", key="")
    assert "budget" not in note(Budget(0.5), connections=(practice,), connection_id="p")


# Debugging


def test_copies_are_off_unless_switched_on_and_can_be_read_and_cleared():
    page = drawn()
    switch = page.one("input", data_input="copies.keep")
    assert "checked" not in switch.attributes
    assert "disabled" in page.one("button", data_action="copies.clear").attributes
    page = drawn(keeps_copies=True, copies=(Copy("a1", NOW, "What is it", "This"),))
    assert "checked" in page.one("input", data_input="copies.keep").attributes
    card = page.one("div", id="copies-card")
    assert "1 copy is kept" in words(card)
    assert [block.text for block in card.all("pre")] == ["What is it", "This"]
    assert "disabled" not in page.one("button", data_action="copies.clear").attributes
