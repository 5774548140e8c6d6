"""Deals moved on the board in a real browser: by pointer, by keys, and when it cannot be done."""

from __future__ import annotations

import pytest


@pytest.fixture
def board(window):
    page = window()
    page.goto("/deals")
    # Gone if the page is loaded anew.
    page.evaluate("window.same = true")
    return page


def first_in(page, stage):
    return page.locator(f".column[data-stage='{stage}'] .card").first.get_attribute("data-deal")


def stage_of(page, deal):
    card = page.locator(f".card[data-deal='{deal}']")
    return card.locator("xpath=ancestor::section").get_attribute("data-stage")


def said(page, words):
    page.wait_for_function(
        "words => document.getElementById('said').textContent.includes(words)", arg=words
    )


def test_a_card_is_dragged_to_another_stage(board):
    deal = first_in(board, "Negotiation")
    card = board.locator(f".card[data-deal='{deal}'] .figures").bounding_box()
    column = board.locator(".column[data-stage='Contract']").bounding_box()
    board.mouse.move(card["x"] + 5, card["y"] + 5)
    board.mouse.down()
    board.mouse.move(card["x"] + 40, card["y"] + 20, steps=4)
    board.mouse.move(column["x"] + 60, column["y"] + 100, steps=4)
    board.mouse.up()
    said(board, f"{deal} has moved to Contract.")
    assert stage_of(board, deal) == "Contract"
    assert board.evaluate("window.same")
    board.reload()
    assert stage_of(board, deal) == "Contract"


def test_a_card_is_moved_by_keys_alone_and_each_step_is_said(board):
    deal = first_in(board, "Negotiation")
    board.locator(f".card[data-deal='{deal}'] .grip").focus()
    board.keyboard.press("Enter")
    said(board, "choose a stage with the arrow keys")
    board.keyboard.press("ArrowRight")
    said(board, "To Contract")
    board.keyboard.press("ArrowRight")
    board.keyboard.press("Enter")
    said(board, f"{deal} has moved to Contract.")
    assert stage_of(board, deal) == "Contract"
    # Where one was, one goes on.
    assert board.evaluate("document.activeElement.closest('.card').dataset.deal") == deal


def test_escape_leaves_a_card_where_it_was(board):
    deal = first_in(board, "Offer")
    board.locator(f".card[data-deal='{deal}'] .grip").focus()
    for key in ("Enter", "ArrowLeft", "Escape"):
        board.keyboard.press(key)
    said(board, f"{deal} stays where it was.")
    assert stage_of(board, deal) == "Offer"


def test_a_card_dropped_where_it_was_sends_nothing(board):
    sent = []
    board.on("request", lambda asked: sent.append(asked.method))
    deal = first_in(board, "Offer")
    grip = board.locator(f".card[data-deal='{deal}'] .grip").bounding_box()
    board.mouse.move(grip["x"] + 5, grip["y"] + 5)
    board.mouse.down()
    board.mouse.move(grip["x"] + 20, grip["y"] + 30, steps=4)
    board.mouse.up()
    board.wait_for_timeout(200)
    assert board.locator(".picked, .held").count() == 0
    assert "POST" not in sent


def test_a_move_that_is_refused_puts_the_card_back_and_says_why(board):
    deal = first_in(board, "Offer")
    board.evaluate("document.getElementById('board').dataset.token = 'old'")
    board.locator(f".card[data-deal='{deal}'] .grip").focus()
    for key in ("Enter", "ArrowRight", "Enter"):
        board.keyboard.press(key)
    board.locator(".toast").wait_for()
    assert "Load the page again" in board.locator(".toast").inner_text()
    assert stage_of(board, deal) == "Offer"
    assert first_in(board, "Offer") == deal


def test_without_script_a_card_leads_to_its_page_where_it_is_moved(window):
    page = window(java_script_enabled=False)
    page.goto("/deals")
    assert page.locator(".grip").first.is_hidden()
    deal = first_in(page, "Offer")
    page.locator(f".card[data-deal='{deal}'] a").click()
    page.get_by_label("Moved to").select_option("Contract")
    page.get_by_role("button", name="Move").click()
    page.wait_for_load_state()
    assert "Moved to Contract" in page.inner_text(".events")


def test_a_viewer_has_nothing_to_move_with(window):
    page = window("viewer")
    page.goto("/deals")
    assert page.locator(".card").count()
    assert page.locator(".grip").count() == 0
