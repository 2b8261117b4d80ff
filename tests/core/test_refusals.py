import pytest

from core.refusals import BadInput, Conflict, NotAllowed, NotFound, Reason, Refused, refuse_if

OVER = Reason("over_cap", "超过上限", rule="操作指引 2.0", remedy="请拆分", field="amount")


def test_a_reason_says_what_rule_and_remedy():
    assert OVER.as_dict() == {
        "code": "over_cap",
        "text": "超过上限",
        "rule": "操作指引 2.0",
        "remedy": "请拆分",
        "field": "amount",
    }


@pytest.mark.parametrize(
    ("kind", "status"),
    [(Refused, 409), (Conflict, 409), (NotAllowed, 403), (NotFound, 404), (BadInput, 400)],
)
def test_each_kind_has_its_status(kind, status):
    assert kind(OVER).status == status


def test_a_refusal_names_all_its_reasons():
    late = Reason("late", "已过期")
    with pytest.raises(Conflict) as caught:
        refuse_if([OVER, late])
    assert caught.value.codes == ["over_cap", "late"]
    assert str(caught.value) == "超过上限；已过期"


def test_no_reason_is_no_refusal():
    refuse_if([])
    refuse_if([None])


def test_the_kind_can_be_chosen():
    with pytest.raises(NotAllowed):
        refuse_if([OVER], NotAllowed)


@pytest.mark.parametrize("reasons", [(), ("超过上限",)])
def test_a_refusal_without_reason_is_a_mistake(reasons):
    with pytest.raises(TypeError):
        Refused(*reasons)
