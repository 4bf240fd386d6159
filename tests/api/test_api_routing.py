"""Routing over the API: decisions, queues, assignment, dictionaries, the rota."""

from api_world import World


def test_a_ticket_tells_which_rules_and_strategies_brought_it_where_it_is(world: World) -> None:
    ann = world.caller()
    number = ann.open_ticket("Where is my parcel?", category="delivery")["number"]
    world.work()
    found = ann.get(f"/tickets/{number}/dispatches")["items"]
    assert found[0]["chosen"] == "department:support"
    for one in found[1:]:
        assert one["rule"] == "round robin by load"
        assert "@desk.test" in one["chosen"]
        assert {"name", "open", "obstacle"} == set(one["candidates"][0])


def test_queues_are_counted_listed_and_taken_from(world: World) -> None:
    ann, bob = world.caller(), world.caller("senior")
    number = ann.open_ticket("Hm.", priority="urgent")["number"]
    counts = {one["department"]: (one["waiting"], one["urgent"]) for one in ann.get("/queues")["items"]}
    assert counts["support"] == (1, 1)
    assert [one["number"] for one in ann.get("/queues/support")["items"]] == [number]
    assert ann("POST", "/queues/support/next", {}).json["assignee"] == "agent@desk.test"
    assert ann("POST", "/queues/support/next", {}).status_code == 404
    refused = bob("POST", f"/tickets/{number}/taking", {})
    assert refused.status_code == 409
    assert bob("POST", f"/tickets/{number}/taking", {"over": True}).json["assignee"] == "senior@desk.test"


def test_a_manager_sets_how_a_department_assigns(world: World) -> None:
    manager = world.caller("manager")
    wanted = {"strategy": "random", "prefers_agent": True, "vip_to_senior": True}
    assert manager("PUT", "/departments/support/assignment", wanted).json == {"department": "support", **wanted}
    refused = manager("PUT", "/departments/support/assignment", {"strategy": "dice"})
    assert (refused.status_code, "strategy" in refused.json["errors"]) == (422, True)
    assert world.caller()("PUT", "/departments/support/assignment", wanted).status_code == 403


def test_types_and_products_are_kept_and_put_on_tickets(world: World) -> None:
    manager, ann = world.caller("manager"), world.caller()
    made = manager("POST", "/dictionaries/product", {"name": "Brewer Two"})
    assert (made.status_code, made.json["key"]) == (201, "brewer-two")
    number = ann.open_ticket("Hm.")["number"]
    assert ann("PUT", f"/tickets/{number}/product", {"product": "brewer-two"}).json["product"] == "brewer-two"
    assert ann("PUT", f"/tickets/{number}/type", {"type": "problem"}).json["type"] == "problem"
    assert ann("PUT", f"/tickets/{number}/type", {"type": "nothing"}).json["errors"].keys() == {"type"}
    manager("POST", "/dictionaries/product", {"name": "Brewer"})
    merged = manager("POST", "/dictionaries/product/brewer-two/merge", {"into": "brewer"})
    assert merged.json == {"into": "brewer", "tickets": 1}
    assert ann.get(f"/tickets/{number}")["product"] == "brewer"
    archived = {one["key"]: one["archived"] for one in ann.get("/dictionaries/product")["items"]}
    assert archived == {"brewer-two": True, "brewer": False}
    renamed = manager("PUT", "/dictionaries/category/billing", {"name": "Money", "parent": "other"})
    assert (renamed.json["name"], renamed.json["parent"]) == ("Money", "other")
    assert manager("PUT", "/dictionaries/category/other", {"parent": "billing"}).status_code == 422
    assert ann.get("/dictionaries/tag")["total"] > 3
    assert manager("GET", "/dictionaries/planets").status_code == 404


def test_shifts_are_added_listed_and_removed(world: World) -> None:
    manager, ann = world.caller("manager"), world.caller()
    shift = {"agent": "senior@desk.test", "starts_at": "2020-01-01T00:00:00+01:00", "ends_at": "2020-01-02T00:00:00Z"}
    made = manager("POST", "/oncall", shift)
    assert made.status_code == 201
    assert ann.get("/oncall")["items"] == []
    assert manager("POST", "/oncall", shift | {"ends_at": "2019-01-01T00:00:00Z"}).status_code == 422
    assert manager("POST", "/oncall", shift | {"starts_at": "2020-01-01T00:00:00"}).status_code == 422
    assert ann("POST", "/oncall", shift).status_code == 403
    assert manager("DELETE", f"/oncall/{made.json['id']}").json["agent"]["email"] == "senior@desk.test"
    assert manager("DELETE", f"/oncall/{made.json['id']}").status_code == 404
