from mellantid.core.conformance.loops import Loop, loops


def test_a_return_is_counted_from_where_it_came_with_its_deals(paths):
    found = loops(paths("0 1 0 1 0", "0 1 0", "0 1 2 W"))
    assert found == (Loop(1, 0, 3, 2), Loop(0, 1, 1, 1))


def test_a_reopened_deal_that_comes_back_is_a_loop_from_its_end(paths):
    assert loops(paths("0 W 0", "1 L 1 W")) == (Loop(3, 0, 1, 1), Loop(4, 1, 1, 1))


def test_a_deal_that_goes_back_to_where_it_never_was_makes_no_loop(paths):
    assert loops(paths("1 0 2")) == ()


def test_a_row_that_repeats_its_stage_is_no_return_nor_is_one_that_is_no_stage(paths):
    assert loops(paths("0 0 - 0 1")) == ()
