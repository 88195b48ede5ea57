"""Hostile requests under two thousand bytes, each with a name: what people try against GraphQL servers."""

import json
import random
from urllib.parse import quote

MOST = 2_000
JSON = {"Content-Type": "application/json"}


def post(who, query, variables=None, **more):
    body = json.dumps({"query": query, "variables": variables or {}, **more}, ensure_ascii=False)
    return who, "POST", "/graphql", JSON, body.encode("utf-8", "surrogatepass")


def get(who, query, more=""):
    return who, "GET", f"/graphql?query={quote(query)}{more}", {}, b""


def raw(who, body, headers=None, method="POST", path="/graphql"):
    return who, method, path, JSON if headers is None else headers, body


def nested(opening, inner, closing, times):
    return opening * times + inner + closing * times


def spreads(levels, width):
    """Fragments that spread the next one several times: exponential for whoever walks each spread."""
    fragments = [
        f"fragment f{level} on Query {{ {f'...f{level + 1} ' * width if level < levels else 'me { roles }'} }}"
        for level in range(levels + 1)
    ]
    return "{ ...f0 } " + " ".join(fragments)


def fill(head, part, tail="", most=MOST - 130):
    """As many different parts as fit."""
    text, number = head, 0
    while len(text) + len(part(number)) + len(tail) < most:
        text += part(number)
        number += 1
    return text + tail


def documents():
    """What is refused by a limit, or costs what it may cost. `inspector` sees everything, so that theirs is dearest."""
    officer, inspector, worker = "nps-officer", "inspector", "yss-worker"
    deep = nested("{ referral { sessions ", "{ id }", " } }", 40)
    yield "selections within selections", post(officer, "{ referrals { nodes " + deep + " } }")
    yield "nothing but opening braces", post(officer, "{a" * 900)
    yield "lists within lists in a value", post(officer, "{ node(id: " + nested("[", "1", "]", 900) + ") { id } }")
    yield "objects within objects in a value", post(officer, "{ node(id: " + nested("{a:", "1", "}", 400) + ") { id } }")
    yield "lists within lists in a type", post(officer, f"query($a: {nested('[', 'ID', ']', 900)}) {{ me {{ roles }} }}")
    yield "lists within lists in a variable", raw(
        officer, b'{"query":"query($a: ID) { me { roles } }","variables":{"a":' + b"[" * 900 + b"]" * 900 + b"}}")
    for levels, width in [(30, 2), (12, 12), (5, 58), (3, 100)]:
        yield f"spreads of spreads, {levels} levels of {width}", post(officer, spreads(levels, width))
    yield "a fragment in itself", post(officer, "{ ...a } fragment a on Query { ...a }")
    yield "two fragments in each other", post(officer, "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }")
    yield "fragments that nobody spreads, in each other", post(
        officer, "{ me { roles } } " + " ".join(f"fragment f{i} on Query {{ ...f{(i + 1) % 40} }}" for i in range(40)))
    yield "many fragments, each spread", post(
        officer, fill("{", lambda i: f" ...f{i}", " }", 300) + "".join(f" fragment f{i} on Query {{ me {{ roles }} }}" for i in range(35)))
    yield "inline fragments within one another", post(officer, nested("{ ... ", "{ me { roles } }", " }", 200))
    yield "aliases of one field", post(officer, fill("{", lambda i: f" a{i}: me {{ roles }}", " }"))
    yield "thirty aliases of a page", post(
        inspector, "{" + " ".join(f"a{i}: referrals(first: 100) {{ nodes {{ id }} }}" for i in range(20)) + "}")
    yield "one field again and again", post(officer, fill("{ me {", lambda i: " roles", " } }"))
    yield "one page again and again", post(inspector, fill("{", lambda i: " referrals(first: 100) { nodes { id } }", " }"))
    yield "arguments that differ", post(officer, fill("{", lambda i: f" cases(text: \"{i}\") {{ totalCount }}", " }"))
    yield "directives on one field", post(officer, fill("{ me ", lambda i: "@include(if: true) ", "{ roles } }"))
    yield "unknown directives", post(officer, fill("{ me ", lambda i: f"@a{i} ", "{ roles } }"))
    yield "directives by variables", post(
        officer, "query(" + " ".join(f"$v{i}: Boolean!" for i in range(40)) + ") { me "
        + " ".join(f"@skip(if: $v{i})" for i in range(40)) + " { roles } }", {f"v{i}": False for i in range(40)})
    yield "unknown fields", post(officer, fill("{", lambda i: f" x{i}", " }"))
    yield "unknown arguments", post(officer, fill("{ me(", lambda i: f" x{i}: 1", ") { roles } }"))
    yield "unused variables", post(officer, fill("query(", lambda i: f" $v{i}: Int", ") { me { roles } }"))
    yield "a number of a thousand digits", post(officer, "{ referrals(first: " + "9" * 1_800 + ") { totalCount } }")
    yield "a number with a huge exponent", post(officer, "{ referrals(first: 1e999999999) { totalCount } }")
    yield "a number with a huge exponent, as a variable", raw(
        officer, b'{"query":"query($a: Int) { referrals(first: $a) { totalCount } }","variables":{"a":1e999999999}}')
    yield "numbers at the ends", post(officer, "{ a: referrals(first: 2147483648) { totalCount } b: referrals(first: -2147483649) { totalCount } }")
    yield "a name of a thousand letters", post(officer, "{ " + "a" * 1_800 + " }")
    yield "a search of a thousand letters", post(officer, "{ cases(text: \"" + "a" * 1_800 + "\") { totalCount } }")
    yield "a search of a thousand words", post(officer, "{ cases(text: \"" + "a b " * 450 + "\") { totalCount } }")
    yield "a search of signs that match anything", post(inspector, "{ cases(text: \"" + "%_" * 850 + "\") { totalCount } }")
    yield "a search of letters that grow when folded", post(officer, "{ cases(text: $t) { totalCount } }".replace(
        "{ cases", "query($t: String) { cases", 1), {"t": "\ufdfa" * 600})
    yield "escapes in a string", post(officer, "{ cases(text: \"" + "\\u0000" * 270 + "\") { totalCount } }")
    yield "half surrogates", post(officer, "{ cases(text: \"" + "\\ud800" * 270 + "\") { totalCount } }")
    yield "half surrogates in JSON", raw(officer, b'{"query":"{ cases(text: \\"\\ud800\\") { totalCount } }"}')
    yield "a block string of quotes", post(officer, "{ cases(text: \"\"\"" + "\\\"\"\"" * 230 + "\"\"\") { totalCount } }")
    yield "a block string of indents", post(officer, "{ cases(text: \"\"\"" + "\n " * 600 + "\"\"\") { totalCount } }")
    yield "comments", post(officer, "#" * 1_900 + "\n{ me { roles } }")
    yield "commas", post(officer, "{" + "," * 1_900 + "me { roles } }")
    yield "a byte order mark and odd spaces", post(officer, "\ufeff{\u00a0me\u2028{ roles } }")
    yield "a long list of identifiers", post(officer, fill("{ nodes(ids: [", lambda i: "\"ref_01h455vb4pex5vsknk084sn02q\" ", "]) { id } }"))
    yield "a long list of identifiers in a variable", post(
        officer, "query($i: [ID!]!) { nodes(ids: $i) { id } }", {"i": ["ref_01h455vb4pex5vsknk084sn02q"] * 50})
    yield "a long list of short identifiers", post(officer, "query($i: [ID!]!) { nodes(ids: $i) { id } }", {"i": ["a"] * 350})
    yield "a long list of statuses", post(officer, "query($s: [ReferralStatus!]) { referrals(filter: { statuses: $s }) { totalCount } }", {"s": ["SUBMITTED"] * 140})
    yield "a cursor of nothing", post(officer, "{ referrals(after: \"" + "A" * 1_800 + "\") { totalCount } }")
    yield "operations without end", post(officer, fill("", lambda i: f"query q{i} {{ me {{ roles }} }} "), operationName="q1")
    yield "mutations that name a field twice", post(officer, fill("mutation {", lambda i: " submitReferral(input: {referralId: \"x\", version: 1}) { userErrors { code } }", " }"))
    yield "a mutation with twenty acts", post(
        worker, fill("mutation {", lambda i: f" a{i}: cancelSession(input: {{sessionId: \"x\", version: 1}}) {{ userErrors {{ code }} }}", " }"))
    yield "a subscription", post(officer, "subscription { referralChanged { id } }")
    types = nested("type { fields { ", "name", " } }", 10)
    yield "introspection of everything", post(officer, "{ __schema { types { name fields { name args { name type { name ofType { name } } } type { name ofType { name } } } } } }")
    yield "introspection round and round", post(officer, "{ __schema { types { fields { " + types + " } } } }")
    yield "introspection by possible types", post(officer, "{ __schema { types { possibleTypes { fields { type { possibleTypes { name } } } } } } }")
    yield "introspection, twenty times", post(officer, "{" + " ".join(f"a{i}: __schema {{ types {{ fields {{ name }} }} }}" for i in range(20)) + "}")
    yield "types by name, twenty times", post(officer, "{" + " ".join(f"a{i}: __type(name: \"Referral\") {{ fields {{ name type {{ fields {{ name }} }} }} }}" for i in range(18)) + "}")
    yield from dear(inspector)


def dear(who):
    """What the limits permit, or nearly."""
    session = "id number status startsAt venue attendance { outcome } feedback { whatWasDone response } changes { nodes { id } } availableActions"
    row = ("id reference status person { crn familyName } case { id rarDaysUsed needs } sentence { rarDaysUsed } service { name criteria { nodes { text } } "
           "price { money { text } } } provider { name } holder { name } worker { name } price { remaining { text } } rarDaysUsed unmetCriteria { kind } "
           "availableActions desiredOutcomes { nodes { description } } assignments { nodes { id } } questions { nodes { id } } amendments { nodes { id } } notes { nodes { id } }")
    row = row.replace("criteria { nodes { text } } ", "criteria { nodes { id } } ").replace("unmetCriteria { kind } ", "")
    yield "a page of a hundred, all of each", post(who, f"{{ referrals(first: 100) {{ totalCount nodes {{ {row} sessions {{ nodes {{ {session} }} }} charges {{ nodes {{ id money {{ text }} }} }} }} }} }}")
    yield "a page of a hundred, five times", post(who, "{" + " ".join(
        f"a{i}: referrals(first: 100) {{ nodes {{ id reference rarDaysUsed case {{ rarDaysUsed }} price {{ remaining {{ text }} }} sessions {{ nodes {{ id }} }} }} }}" for i in range(5)) + "}")
    yield "what one may do, a hundred times", post(who, "{ referrals(first: 100) { nodes { availableActions unmetCriteria { __typename } rarDaysUsed sessions { nodes { availableActions } } } } }")
    yield "round and round through cases", post(who, "{ cases(first: 100) { nodes { referrals { nodes { case { referrals { nodes { case { referrals { nodes { id } } } } } } } } } } }")
    yield "round and round through sessions", post(who, "{ referrals(first: 100) { nodes { sessions { nodes { referral { sessions { nodes { referral { id reference } } } } } } } } }")
    yield "round and round through charges", post(who, "{ charges(first: 100) { nodes { referral { charges { nodes { referral { charges { nodes { id } } } } } } } } }")
    yield "every list at its longest", post(who, "{ referrals(first: 100) { totalCount nodes { id } } cases(first: 100) { totalCount nodes { id } } "
               "charges(first: 100) { totalCount nodes { id } } services(first: 100) { totalCount nodes { id } } prices(first: 100) { totalCount nodes { id } } "
               "people(first: 100) { totalCount nodes { id } } auditEvents(first: 100) { totalCount nodes { id } } }")
    yield "the audit at its longest", post(who, "{ auditEvents(first: 100) { totalCount nodes { __typename } } }")
    yield "a search that finds everything, twenty times", post(who, "{" + " ".join(
        f"a{i}: cases(text: \"{chr(97 + i)}\", first: 100) {{ totalCount nodes {{ id }} }}" for i in range(18)) + "}")
    yield "counts, twenty times", post(who, "{" + " ".join(f"a{i}: referrals(filter: {{text: \"{chr(97 + i)}\"}}) {{ totalCount }}" for i in range(18)) + "}")
    yield "the card as a file, twenty times", post(who, "{" + " ".join(f"a{i}: exportRateCard" for i in range(20)) + "}")
    for times in (1, 3):
        yield f"a search that finds everything, {times} times", post(who, "{" + " ".join(
            f"a{i}: cases(text: \"{chr(97 + i)}\", first: 50) {{ totalCount nodes {{ id }} }}" for i in range(times)) + "}")
        yield f"a search that finds nothing, {times} times", post(who, "{" + " ".join(
            f"a{i}: referrals(filter: {{text: \"zz{chr(97 + i)}\"}}) {{ totalCount nodes {{ id }} }}" for i in range(times)) + "}")
        yield f"counts of what is found, {times} times", post(who, "{" + " ".join(f"a{i}: referrals(filter: {{text: \"{chr(97 + i)}\"}}) {{ totalCount }}" for i in range(times)) + "}")
    yield "counts of everything, twenty times", post(who, "{" + " ".join(f"a{i}: referrals {{ totalCount }}" for i in range(20)) + "}")
    for times in (3, 9):
        yield f"a month's statements, {times} times", post(who, "{" + " ".join(f"a{i}: statements {{ nodes {{ provider {{ name }} }} }}" for i in range(times)) + "}")
        yield f"a month's statements as a file, {times} times", post(who, "{" + " ".join(f"a{i}: exportStatements" for i in range(times)) + "}")
        yield f"the directory on facts, {times} times", post(who, "{" + " ".join(
            f"a{i}: recommendationsOnFacts(facts: {{ purchaser: NPS }}, needs: [ACCOMMODATION], most: 50) {{ services {{ service {{ id }} }} }}"
            for i in range(times)) + "}")
    yield "what prices would have come to, nine times", post(who, "{" + " ".join(
        f"a{i}: pricePreview(from: \"2015-01-0{i + 1}\", to: \"2018-01-01\") {{ from }}" for i in range(9)) + "}")
    for times in (1, 9):
        yield f"what was referred in a year, {times} times", post(who, "{" + " ".join(f"a{i}: demand(by: AREA) {{ nodes {{ referrals }} }}" for i in range(times)) + "}")
        yield f"who was referred to nothing, {times} times", post(who, "{" + " ".join(f"a{i}: unmetDemand(by: AREA) {{ nodes {{ people }} }}" for i in range(times)) + "}")
        yield f"alerts, {times} times", post(who, "{" + " ".join(f"a{i}: priceAlerts {{ nodes {{ money {{ text }} }} }}" for i in range(times)) + "}")
        yield f"the card as a file, {times} times", post(who, "{" + " ".join(f"a{i}: exportRateCard" for i in range(times)) + "}")
    yield "introspection, four times", post(who, "{" + " ".join(f"a{i}: __schema {{ types {{ fields {{ name }} }} }}" for i in range(4)) + "}")
    yield "the card of every day", post(who, "{" + " ".join(
        f"a{i}: rateCard(on: \"2018-01-{i + 1:02}\", first: 100) {{ nodes {{ id service {{ criteria {{ nodes {{ id }} }} }} }} }}" for i in range(15)) + "}")


def exchanges():
    """What is wrong with the request around the document."""
    officer, good = "nps-officer", b'{"query":"{ me { roles } }"}'
    yield "no token", raw(None, good)
    yield "a mutation by GET", get(officer, "mutation { submitReferral(input: {referralId: \"x\", version: 1}) { userErrors { code } } }")
    yield "a query by GET, its parameters twice", get(officer, "{ me { roles } }", "&query=%7Bme%7Broles%7D%7D")
    yield "a query by GET, badly encoded", raw(officer, b"", {}, "GET", "/graphql?query=%ff%fe%zz%")
    yield "a query by GET, a thousand parameters", raw(officer, b"", {}, "GET", "/graphql?" + "a=b&" * 480)
    yield "variables by GET that are no object", get(officer, "{ me { roles } }", "&variables=[[[[")
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD", "PROPFIND"]:
        yield f"{method}", raw(officer, good, None, method)
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/graphql", "application/json; charset=utf-16", "", "a/b/c;;;=\""]:
        yield f"content type {kind!r}", raw(officer, good, {"Content-Type": kind})
    boundary = b'--b\r\nContent-Disposition: form-data; name="operations"\r\n\r\n' + good + b'\r\n--b--\r\n'
    yield "a form with files", raw(officer, boundary, {"Content-Type": "multipart/form-data; boundary=b"})
    for accept in ["image/png", "*/*;q=0", "application/json;q=1e999", "a" * 1_500, "application/json;" + "a=b;" * 400, "\"" * 900]:
        yield f"accept {accept[:24]!r}", raw(officer, good, {**JSON, "Accept": accept})
    yield "ninety headers", raw(officer, good, {**JSON, **{f"X-A{i}": "b" for i in range(85)}})
    yield "two hundred headers", raw(officer, good, {**JSON, **{f"X-A{i}": "b" for i in range(200)}})
    yield "a purpose of odd letters", raw(officer, good, {**JSON, "X-Purpose": "\u00ff" * 500})
    yield "a request id of a thousand letters", raw(officer, good, {**JSON, "X-Request-Id": "a" * 1_800})
    for name, body in [
        ("an empty body", b""), ("a body of null", b"null"), ("a body of a list", b"[" + good + b"]"),
        ("a list of fifty", b"[" + b",".join([good] * 50) + b"]"), ("half a body", good[:-3]), ("two bodies", good + good),
        ("a query that is a number", b'{"query":1}'), ("a member twice", b'{"query":"{me{roles}}","query":"{me{roles}}"}'),
        ("a body that is no UTF-8", b'{"query":"{ me { roles } \xff"}'), ("NUL", b"\x00" * 1_900),
        ("brackets", b"[" * 1_900), ("objects within objects", b'{"a":' * 380), ("white space", b" " * 1_900),
        ("a thousand members", b"{" + b",".join(b'"a%d":0' % i for i in range(190)) + b"}"),
        ("a number without end", b'{"query":"{ me { roles } }","id":' + b"1" * 1_800 + b"}"),
        ("JSON in UTF-16", good.decode().encode("utf-16")), ("gzip that is none", b"\x1f\x8b\x08" + b"\x00" * 99),
    ]:
        yield name, raw(officer, body)
    yield "a compressed body", raw(officer, b"\x1f\x8b\x08" + b"\x00" * 99, {**JSON, "Content-Encoding": "gzip"})
    for body in [b"", b"grant_type=client_credentials", b"grant_type=client_credentials&client_id=%00&client_secret=%ff", b"a=b&" * 480, b"grant_type=password&username=a&password=b"]:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        yield f"a token for {body[:32]!r}", raw(None, body, form, path="/oauth/token")
        yield f"a revocation of {body[:32]!r}", raw(None, body, form, path="/oauth/revoke")


def altered(seed, number):
    """Requests of the corpus with a few of their bytes altered, cut out or doubled: malformed in any way."""
    draw = random.Random(seed)
    all_of_them = [request for _, request in [*documents(), *exchanges()]]
    for _ in range(number):
        who, method, path, headers, body = draw.choice(all_of_them)
        body = bytearray(body)
        for _ in range(draw.randint(1, 6)):
            at = draw.randrange(len(body) + 1)
            deed = draw.randrange(4)
            if deed == 0:
                body[at:at] = bytes([draw.randrange(256)]) * draw.choice([1, 1, 1, 40])
            elif deed == 1:
                del body[at:at + draw.choice([1, 1, 5, 50])]
            elif deed == 2:
                body[at:at + 1] = bytes([draw.choice(b'{}[]()"\\:,$@.!#&|=\x00\xff\xed')])
            else:
                body[at:at] = body[at:at + draw.randint(1, 60)]
        yield who, method, path, headers, bytes(body[:MOST])
