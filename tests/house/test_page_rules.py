"""The rules that every page of every test is held to find what breaks them."""

import pytest
from bs4 import BeautifulSoup

from tests.visitor import HouseRule, check_house_rules

GOOD = """<!doctype html><html lang="zh-Hans"><head><title>登记 · 随机检</title><script src="/a.js"></script></head>
<body><h1>登记</h1><form method="post" action="/x"><input type="hidden" name="csrf_token" value="1">
<label for="name">名称</label><input id="name" name="name"><label>地址 <textarea name="at"></textarea></label>
<select name="kind" aria-label="类别"><option>企业</option></select><button type="submit">存下</button></form>
<form method="get" action="/y"><input type="submit"></form><script type="application/json">{}</script></body></html>"""
BREAKS = {
    "no heading": ("<h1>登记</h1>", "", "0 h1"),
    "two headings": ("</h1>", "</h1><h1>又一个</h1>", "2 h1"),
    "another title": ("<title>登记", "<title>首页", "title"),
    "no language": (' lang="zh-Hans"', "", "no lang"),
    "no label": ('<label for="name">名称</label>', "", "no label on name"),
    "a label of something else": ('for="name"', 'for="other"', "no label on name"),
    "an id twice": ("<h1>", '<h1 id="name">', "id twice: name"),
    "no action": (' action="/y"', "", "form without action"),
    "no token": ('name="csrf_token"', 'name="token"', "form without token: /x"),
    "posted elsewhere": (' action="/x"', ' action="/x" hx-post="/z"', "hx-post differs"),
    "None": ("存下", "None", "leaked: None"),
    "a template's marks": ("存下", "{{ name }}", "leaked: {{"),
    "an inline script": (' src="/a.js"', "", "inline script"),
    "an inline style": ("<h1>", '<h1 style="color:red">', "inline style"),
    "a style element": ("</head>", "<style>h1 {}</style></head>", "style element"),
    "a handler": ("<h1>", '<h1 onclick="x()">', "handler onclick"),
}


def check(html: str) -> None:
    """Hold this page to the rules."""
    check_house_rules(BeautifulSoup(html, "html.parser"), "/page")


def test_a_page_that_keeps_them_all_passes() -> None:
    check(GOOD)


@pytest.mark.parametrize("name", BREAKS)
def test_a_page_that_breaks_one_is_refused_with_the_reason(name: str) -> None:
    found, put, said = BREAKS[name]
    assert found in GOOD
    with pytest.raises(HouseRule, match=said):
        check(GOOD.replace(found, put, 1))
