# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The official Stripe SDK judges the simulator's API: it works unchanged against it."""

import threading
import time

import pytest
import requests
import stripe
from stripe import StripeClient


def raw(sim, method, path, key="sk_test_demo", headers=None, **options):
    headers = {"Authorization": f"Bearer {key}", **(headers or {})}
    return requests.request(
        method, sim.url + path, headers=headers, timeout=10, **options
    )


# -- customers -----------------------------------------------------------------------


def test_customer_lives_through_the_sdk(client, sim):
    made = client.v1.customers.create(
        {
            "name": "Döner & Söhne \u0000 €uro 中",
            "email": "info@example.com",
            "address": {"line1": "Weg 1", "city": "Köln", "country": "DE"},
            "metadata": {"odoo_id": "7", "b": "x"},
            "preferred_locales": ["de", "en"],
            "tax_id_data": [{"type": "eu_vat", "value": "DE136695976"}],
            "expand": ["tax_ids"],
        }
    )
    assert made.name == "Döner & Söhne \u0000 €uro 中"
    assert made.address.line2 is None
    assert made.created == 1_790_000_000
    assert made.tax_ids.data[0].value == "DE136695976"
    assert sim.customers[made.id]["preferred_locales"] == ["de", "en"]

    changed = client.v1.customers.update(
        made.id,
        {"metadata": {"b": "", "c": "1"}, "address": {"line2": "Hof"}, "email": ""},
    )
    assert changed.metadata.to_dict() == {"odoo_id": "7", "c": "1"}
    assert (changed.address.line1, changed.address.line2) == ("Weg 1", "Hof")
    assert changed.email is None
    cleared = client.v1.customers.update(made.id, {"metadata": "", "address": ""})
    assert cleared.metadata.to_dict() == {} and cleared.address is None
    assert "tax_ids" not in cleared

    gone = client.v1.customers.delete(made.id)
    assert gone.deleted is True
    assert client.v1.customers.retrieve(made.id).deleted is True
    assert made.id not in sim.customers
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.customers.update(made.id, {"name": "x"})
    assert caught.value.http_status == 404
    assert caught.value.code == "resource_missing"


def test_global_sdk_style_works(sim, monkeypatch):
    monkeypatch.setattr(stripe, "api_base", sim.url)
    monkeypatch.setattr(stripe, "api_key", "sk_test_demo")
    made = stripe.Customer.create(name="Old style")
    assert stripe.Customer.retrieve(made.id).name == "Old style"
    assert stripe.Account.retrieve().id == sim.account


def test_tax_ids(client, sim):
    customer = sim.create_customer(name="A")
    other = sim.create_customer(name="B")
    made = client.v1.customers.tax_ids.create(
        customer["id"], {"type": "ch_vat", "value": "CHE-421.551.182 MWST"}
    )
    assert made.country == "CH" and made.verification.status == "pending"
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.customers.tax_ids.create(
            customer["id"], {"type": "eu_vat", "value": "nonsense"}
        )
    assert caught.value.code == "tax_id_invalid"
    listed = client.v1.customers.tax_ids.list(customer["id"])
    assert [item.id for item in listed.data] == [made.id]
    assert client.v1.customers.tax_ids.list(other["id"]).data == []
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.customers.tax_ids.retrieve(other["id"], made.id)
    expanded = client.v1.customers.list({"expand": ["data.tax_ids"]})
    assert [len(item.tax_ids.data) for item in expanded.data] == [0, 1]
    client.v1.customers.tax_ids.delete(customer["id"], made.id)
    assert client.v1.customers.tax_ids.list(customer["id"]).data == []
    assert [event["type"] for event in sim.events.values()][-2:] == [
        "customer.tax_id.created",
        "customer.tax_id.deleted",
    ]


def test_nested_list_shows_ten_and_says_that_there_are_more(client, sim):
    customer = sim.create_customer(name="A")
    for number in range(12):
        sim.add_tax_id(customer["id"], "us_ein", f"12-34567{number:02d}")
    read = client.v1.customers.retrieve(customer["id"], {"expand": ["tax_ids"]})
    assert len(read.tax_ids.data) == 10 and read.tax_ids.has_more
    assert len(list(read.tax_ids.auto_paging_iter())) == 12


# -- lists ---------------------------------------------------------------------------


def test_lists_page_newest_first_in_both_directions(client, sim):
    ids = [sim.create_customer(name=str(number))["id"] for number in range(37)]
    first = client.v1.customers.list()
    assert [item.id for item in first.data] == ids[:-11:-1]
    assert first.has_more and first.url == "/v1/customers"
    pages = client.v1.customers.list({"limit": 10})
    assert [item.id for item in pages.auto_paging_iter()] == ids[::-1]
    forward = client.v1.customers.list({"limit": 5, "ending_before": ids[20]})
    assert [item.id for item in forward.data] == ids[25:20:-1]
    assert [item.id for item in forward.auto_paging_iter()] == ids[21:]
    last = client.v1.customers.list({"limit": 100, "starting_after": ids[5]})
    assert [item.id for item in last.data] == ids[4::-1] and not last.has_more


def test_a_cursor_survives_the_deletion_of_its_object(client, sim):
    ids = [sim.create_customer(name=str(number))["id"] for number in range(5)]
    sim.delete_customer(ids[2])
    page = client.v1.customers.list({"starting_after": ids[2]})
    assert [item.id for item in page.data] == [ids[1], ids[0]]


def test_list_filters(client, sim):
    now = sim.clock.timestamp()
    old = sim.create_customer(at=now - 100, name="old", email="a@example.com")
    new = sim.create_customer(name="new", email="b@example.com")

    def found(**params):
        return [item.id for item in client.v1.customers.list(params).data]

    assert found(email="a@example.com") == [old["id"]]
    assert found(created={"gte": now}) == [new["id"]]
    assert found(created={"gt": now}) == []
    assert found(created={"lt": now, "lte": now}) == [old["id"]]
    assert found(created=now) == [new["id"]]


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=ten", "limit"),
        ("starting_after=cus_no", "starting_after"),
        ("starting_after=a&ending_before=b", "ending_before"),
        ("colour=red", "colour"),
        ("expand[]=data.colour", "expand"),
        ("expand[]=a.b.c.d.e", "expand"),
    ],
)
def test_wrong_list_parameters_are_named(sim, query, param):
    sim.create_customer(name="A")
    answer = raw(sim, "GET", f"/v1/customers?{query}")
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["type"] == "invalid_request_error" and error["param"] == param


def test_search_finds_by_metadata_after_a_minute(client, sim):
    one = sim.create_customer(name="Ünique", metadata={"odoo_id": "7"})
    two = sim.create_customer(name='Other "x"', email="o@example.com")

    def found(query, **params):
        result = client.v1.customers.search({"query": query, **params})
        return [item.id for item in result.data]

    by_key = "metadata['odoo_id']:'7'"
    assert found(by_key) == []
    sim.clock.advance(60)
    assert found(by_key) == [one["id"]]
    assert found("name~'NIQ'") == [one["id"]]
    assert found("-metadata['odoo_id']:'7'") == [two["id"]]
    assert found("metadata['odoo_id']:null") == [two["id"]]
    assert found('name:"other \\"x\\"" AND email:"o@example.com"') == [two["id"]]
    assert len(found("name~'x' OR name~'q'")) == 2
    assert found("name~'x' AND name~'q'") == []
    assert found(f"created>{one['created']}") == []
    assert found("created>1", limit=1) == [two["id"]]
    everything = client.v1.customers.search({"query": "created>1", "limit": 1})
    assert len(list(everything.auto_paging_iter())) == 2
    for query in ("", "name", "address:'x'", "a:'1' AND b:'2' OR c:'3'", "name:'x"):
        with pytest.raises(stripe.InvalidRequestError):
            found(query)


def test_events_are_listed_and_filtered(client, sim):
    one = sim.create_customer(name="A")
    sim.clock.advance(10)
    sim.update_customer(one["id"], name="B")
    sim.update_customer(one["id"], name="B")
    sim.clock.advance(10)
    sim.delete_customer(one["id"])
    events = client.v1.events.list()
    assert [event.type for event in events.data] == [
        "customer.deleted",
        "customer.updated",
        "customer.created",
    ]
    deleted, updated, created = events.data
    assert updated.data.previous_attributes.to_dict() == {"name": "A"}
    assert updated.created == created.created + 10
    assert deleted.data.object.name == "B"
    assert client.v1.events.retrieve(updated.id).id == updated.id
    types = ["customer.created", "customer.deleted"]
    assert len(client.v1.events.list({"types": types}).data) == 2
    assert len(client.v1.events.list({"type": "customer.*"}).data) == 3
    later = client.v1.events.list({"ending_before": created.id, "limit": 1})
    assert [event.id for event in later.auto_paging_iter()] == [updated.id, deleted.id]
    assert len(client.v1.events.list({"created": {"gt": updated.created}}).data) == 1
    sim.clock.advance(30 * 86400)
    assert client.v1.events.list().data == []


def test_previous_attributes_go_into_hashes_but_not_into_lists(sim):
    one = sim.create_customer(
        address={"city": "A", "line1": "x"},
        metadata={"k": "1"},
        preferred_locales=["de"],
    )
    sim.update_customer(
        one["id"],
        address={"city": "B"},
        metadata={"n": "2"},
        preferred_locales=["de", "fr"],
    )
    event = list(sim.events.values())[-1]
    assert event["data"]["previous_attributes"] == {
        "address": {"city": "A"},
        "metadata": {"n": None},
        "preferred_locales": ["de"],
    }


# -- transport -----------------------------------------------------------------------


def test_headers_versions_and_the_virtual_date(sim):
    answer = raw(sim, "GET", "/v1/customers")
    assert answer.headers["Request-Id"].startswith("req_")
    assert answer.headers["Stripe-Version"] == "2026-10-28.endive"
    assert answer.headers["Date"] == "Mon, 21 Sep 2026 14:13:20 GMT"
    sim.create_customer(name="A", business_name="B")
    old = {"Stripe-Version": "2025-02-24.acacia"}
    listed = raw(sim, "GET", "/v1/customers", headers=old)
    assert "business_name" not in listed.json()["data"][0]
    new = {"Stripe-Version": "2025-09-30.clover"}
    listed = raw(sim, "GET", "/v1/customers", headers=new)
    assert listed.json()["data"][0]["business_name"] == "B"
    wrong = raw(sim, "GET", "/v1/customers", headers={"Stripe-Version": "soon"})
    assert wrong.status_code == 400


def test_basic_auth_takes_the_key_as_user(sim):
    url = f"{sim.url}/v1/account"
    assert requests.get(url, auth=("sk_test_demo", ""), timeout=5).status_code == 200
    assert requests.get(url, auth=("sk_test_no", ""), timeout=5).status_code == 401


def test_errors_become_the_sdk_s_classes(sim):
    def client(key, **options):
        return StripeClient(
            key, base_addresses={"api": sim.url}, max_network_retries=0, **options
        )

    with pytest.raises(stripe.AuthenticationError) as caught:
        client("sk_test_wrong").v1.accounts.retrieve_current()
    assert caught.value.http_status == 401 and caught.value.request_id
    sim.expired_keys.add("sk_test_old")
    with pytest.raises(stripe.AuthenticationError) as caught:
        client("sk_test_old").v1.customers.list()
    assert caught.value.json_body["error"]["code"] == "api_key_expired"
    assert requests.get(f"{sim.url}/v1/customers", timeout=5).status_code == 401
    with pytest.raises(stripe.PermissionError):
        client("sk_test_demo", stripe_account="acct_else").v1.customers.list()
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client("sk_test_demo").v1.customers.create({"email": "no at"})
    assert caught.value.param == "email" and caught.value.http_status == 400
    assert raw(sim, "GET", "/v1/unicorns").status_code == 404
    assert raw(sim, "PUT", "/v1/customers").status_code == 404


def test_restricted_keys_name_what_they_lack(sim):
    sim.keys["rk_test_reader"] = {"customer": "read"}
    assert raw(sim, "GET", "/v1/customers", "rk_test_reader").status_code == 200
    refused = raw(sim, "POST", "/v1/customers", "rk_test_reader")
    assert refused.status_code == 403
    assert "rak_customer_write" in refused.json()["error"]["message"]
    refused = raw(sim, "GET", "/v1/events", "rk_test_reader")
    assert "rak_event_read" in refused.json()["error"]["message"]
    assert "rk_test_reader" not in refused.text
    assert not sim.customers


@pytest.mark.parametrize(
    "body",
    [
        "name[=x",
        "name]=x",
        "name[a]=1",
        "metadata=x",
        "metadata[a][b]=1",
        "address[planet]=Mars",
        "email[]=a@b",
        "a" + "[b]" * 40 + "=1",
        "address[line1]=a&address[line1][x]=b",
        "metadata[" + "k" * 41 + "]=v",
        "phone=" + "1" * 21,
        "tax_exempt=maybe",
        "balance=1.5",
        "payment_method=pm_1",
        "\udc80=1",
    ],
)
def test_senseless_bodies_are_refused_and_nothing_is_made(sim, body):
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    data = body.encode(errors="surrogateescape")
    answer = raw(sim, "POST", "/v1/customers", headers=kind, data=data)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["type"] == "invalid_request_error"
    assert not sim.customers and not sim.events


def test_json_bodies_are_refused(sim):
    assert raw(sim, "POST", "/v1/customers", json={"name": "A"}).status_code == 400


# -- idempotency ---------------------------------------------------------------------


def post(sim, key=None, data=None, path="/v1/customers"):
    headers = {"Idempotency-Key": key} if key else {}
    return raw(sim, "POST", path, headers=headers, data=data or {"name": "A"})


def test_same_key_same_answer_once(sim):
    first, second = post(sim, "k1"), post(sim, "k1")
    assert first.content == second.content
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.headers["Original-Request"] == first.headers["Request-Id"]
    assert second.headers["Request-Id"] != first.headers["Request-Id"]
    assert len(sim.customers) == 1 and len(sim.events) == 1
    event = next(iter(sim.events.values()))
    assert event["request"] == {
        "id": first.headers["Request-Id"],
        "idempotency_key": "k1",
    }


def test_same_key_other_parameters_is_an_error(client, sim):
    post(sim, "k1")
    with pytest.raises(stripe.IdempotencyError):
        client.v1.customers.create({"name": "B"}, {"idempotency_key": "k1"})
    customer = next(iter(sim.customers))
    answer = post(sim, "k1", path=f"/v1/customers/{customer}")
    assert answer.json()["error"]["type"] == "idempotency_error"


def test_a_key_lives_a_day_of_the_virtual_clock(sim):
    first = post(sim, "k1")
    sim.clock.advance(86399)
    assert post(sim, "k1").json()["id"] == first.json()["id"]
    sim.clock.advance(1)
    assert post(sim, "k1").json()["id"] != first.json()["id"]


def test_refused_parameters_use_no_key_up(sim):
    assert post(sim, "k1", {"email": "no"}).status_code == 400
    assert post(sim, "k1", {"email": "a@b.example"}).status_code == 200


def test_a_500_is_kept_for_its_key_but_a_503_is_not(sim):
    sim.faults.add(status=500, when="during", count=1)
    assert [post(sim, "k1").status_code for _ in range(3)] == [500, 500, 500]
    assert not sim.customers
    sim.faults.add(status=503, when="during", count=1)
    assert [post(sim, "k2").status_code for _ in range(2)] == [503, 200]
    sim.faults.add(status=504, when="after", count=1)
    assert [post(sim, "k3").status_code for _ in range(2)] == [504, 200]
    assert len(sim.customers) == 2


def test_a_key_in_use_conflicts(sim):
    sim.faults.add(kind="slow", delay=0.6, count=1)
    statuses = []
    first = threading.Thread(target=lambda: statuses.append(post(sim, "k1")))
    first.start()
    time.sleep(0.2)
    second = post(sim, "k1")
    first.join()
    assert second.status_code == 409
    assert second.json()["error"]["code"] == "idempotency_key_in_use"
    assert statuses[0].status_code == 200 and len(sim.customers) == 1


# -- faults --------------------------------------------------------------------------


def test_planned_statuses_hit_as_often_as_planned(client, sim):
    sim.faults.add(status=429, path="/v1/customers", count=2, skip=1)
    client.v1.customers.list()
    for _attempt in range(2):
        with pytest.raises(stripe.RateLimitError) as caught:
            client.v1.customers.list()
    assert caught.value.headers["Stripe-Rate-Limited-Reason"] == "global-rate"
    client.v1.customers.list()
    sim.faults.add(status=503, method="GET", path="/v1/events")
    client.v1.customers.list()
    with pytest.raises(stripe.APIError):
        client.v1.events.list()
    assert [row["status"] for row in sim.requests] == [200, 429, 429, 200, 200, 503]


def test_probability_repeats_with_the_seed(sim):
    from simulators.kernel import FaultPlan

    def draw(seed):
        plan = FaultPlan(seed)
        plan.add(probability=0.3)
        return [plan.pick("GET", "/")[1] is not None for _ in range(400)]

    assert draw(1) == draw(1) != draw(2)
    assert 80 < sum(draw(1)) < 160


def test_slow_answers_time_out(sim):
    sim.faults.add(kind="slow", delay=0.8, path="/v1/account", count=1)
    with pytest.raises(requests.Timeout):
        requests.get(
            f"{sim.url}/v1/account", auth=("sk_test_demo", ""), timeout=(5, 0.3)
        )


def test_reset_before_and_after_the_commit(sim):
    sim.faults.add(kind="reset", when="before", count=1)
    with pytest.raises(requests.ConnectionError):
        post(sim, "k1")
    assert not sim.customers
    sim.faults.add(kind="reset", when="after", count=1)
    with pytest.raises(requests.ConnectionError):
        post(sim, "k2")
    assert len(sim.customers) == 1
    assert post(sim, "k2").headers["Idempotent-Replayed"] == "true"
    assert len(sim.customers) == 1


def test_the_sdk_gets_over_lost_answers_without_a_second_object(sim):
    client = StripeClient(
        "sk_test_demo", base_addresses={"api": sim.url}, max_network_retries=3
    )
    sim.faults.add(kind="reset", when="after", count=1)
    sim.faults.add(status=503, count=1)
    made = client.v1.customers.create({"name": "Once"})
    assert list(sim.customers) == [made.id]
    assert [row["fault"] for row in sim.requests] == [1, 2, None]
    keys = {row["idempotency_key"] for row in sim.requests}
    assert len(keys) == 1 and None not in keys


def test_should_retry_is_obeyed_by_the_sdk(sim):
    client = StripeClient(
        "sk_test_demo", base_addresses={"api": sim.url}, max_network_retries=2
    )
    sim.faults.add(status=503, headers={"Stripe-Should-Retry": "false"}, count=1)
    with pytest.raises(stripe.APIError):
        client.v1.customers.list()
    sim.faults.add(status=429, headers={"Stripe-Should-Retry": "true"}, count=1)
    assert client.v1.customers.list().data == []


def test_rate_limit_counts_requests_of_a_second(sim):
    sim.rate_limit = 5
    statuses = [raw(sim, "GET", "/v1/account").status_code for _ in range(8)]
    assert 429 in statuses and statuses[:5] == [200] * 5


# -- control -------------------------------------------------------------------------


def test_control_from_another_process(sim):
    def control(verb, control_name, /, **values):
        url = f"{sim.url}/_control/{control_name}"
        answer = requests.request(verb, url, json=values or None, timeout=10)
        return answer.status_code, answer.json()

    made = control(
        "POST",
        "act",
        method="POST",
        path="/v1/customers",
        params={"name": "A", "address": {"city": "X"}},
    )[1]
    assert sim.customers[made["id"]]["address"]["city"] == "X"
    fault = control("POST", "faults", status=503, path="/v1/account", count=1)[1]["id"]
    assert control("GET", "faults")[1]["data"][0]["path"] == "/v1/account"
    assert raw(sim, "GET", "/v1/account").status_code == 503
    assert control("DELETE", f"faults/{fault}")[0] == 200
    assert control("DELETE", f"faults/{fault}")[0] == 400
    assert control("POST", "faults", status=200)[0] == 400
    assert control("POST", "faults", colour="red")[0] == 400
    now = control("GET", "clock")[1]["now"]
    assert control("POST", "clock", advance=60)[1]["now"] == now + 60
    assert control("POST", "webhooks", duplicates=[1, 3])[1]["duplicates"] == [1, 3]
    assert control("POST", "webhooks", duplicates=[3, 1])[0] == 400
    state = control("GET", "state")[1]
    assert list(state["customers"]["objects"]) == [made["id"]]
    assert control("GET", "health")[1]["customers"] == 1
    assert control("GET", "requests?after=0")[1]["data"][0]["status"] == 503
    assert control("POST", "wait_idle")[1] == {"idle": True}
    assert control("GET", "nothing")[0] == 404
    wrong = {"method": "POST", "path": "/v1/customers", "params": {"email": "no"}}
    assert control("POST", "act", **wrong)[1]["error"]["code"] == "email_invalid"
