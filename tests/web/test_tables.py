"""Tables: escaped, sorted and paged by address, exported without becoming formulas."""

from __future__ import annotations

from markupsafe import Markup

from farthing.web.tables import Column, Link, Place, as_csv, rendered

COLUMNS = [Column("Name"), Column("Amount", right=True, sort="limit_fen")]


def test_what_comes_from_outside_is_escaped() -> None:
    html = rendered(COLUMNS, [["<script>alert(1)</script>", Link("<b>", '/x"onclick="y')]], "caption")
    assert "<script>" not in html
    assert 'href="/x&#34;onclick=&#34;y"' in html


def test_a_heading_sorts_the_other_way_the_second_time() -> None:
    place = Place("/lines", {"sort": "-limit_fen", "offset": "30"}, 100, 30)
    html = rendered(COLUMNS, [], "caption", place)
    assert 'href="/lines?sort=limit_fen"' in html
    assert "↓" in html
    assert 'href="/lines?sort=-limit_fen"' in rendered(COLUMNS, [], "caption", Place("/lines", {}, 100, 30))


def test_the_first_click_on_lateness_shows_the_latest_first() -> None:
    late = [Column("Days", sort="oldest_unpaid_on", rising=True)]
    assert 'href="/lines?sort=oldest_unpaid_on"' in rendered(late, [], "caption", Place("/lines", {}, 9, 30))
    assert 'href="/lines?sort=-oldest_unpaid_on"' in rendered(late, [], "caption", Place("/lines", {"sort": "oldest_unpaid_on"}, 9, 30))


def test_an_address_leaves_out_what_is_not_asked_for() -> None:
    place = Place("/applications", {"outcome": "refer", "sort": "", "offset": "25"}, 90, 25)
    assert place.href(offset=50) == "/applications?outcome=refer&offset=50"
    assert place.href(outcome="", offset=0) == "/applications"
    assert place.start == 25


def test_an_exported_cell_is_never_a_formula() -> None:
    told = as_csv(COLUMNS, [["=cmd()", Link("名字", "/x")], [Markup("<span>ok</span>"), "-5"]]).decode("utf-8-sig").splitlines()
    assert told == ["Name,Amount", "'=cmd(),名字", "ok,-5"]


def test_a_roomy_column_is_left_out_on_a_phone_and_makes_no_table_wide() -> None:
    columns = [Column("a"), Column("b", right=True, roomy=True), Column("c", right=True), Column("d")]
    html = rendered(columns, [["1", "2", "3", "4"]], "table")
    assert '<td class="number roomy">2</td>' in html
    assert 'class="plain"' in html


def test_a_long_id_may_be_broken_anywhere_and_words_may_not() -> None:
    html = rendered([Column("Id")], [["mdl_ihinbeddlp2mr7bvcaho25id"], ["a sentence of several short words"], ["2026-11-22"]], "caption")
    assert html.count("anywhere") == 1
    assert '<span class="anywhere">mdl_ihinbeddlp2mr7bvcaho25id</span>' in html
