"""Everybody who must not, and what each must be told."""

from callers import ANONYMOUS, ROLES, Headers, Tokens
from doors import Operation
from side import Side
from verdict import REFUSED_TOKEN, UNKNOWN, WRONG_ROLE, Expected, succeeds

Foreign = tuple[str, Headers, Expected]
_HEADQUARTERS = (("headquarters", "headquarters", "network"),)


async def everybody_else(tokens: Tokens, operation: Operation, first: Side, second: Side) -> list[Foreign]:
    """Everybody but the dealer itself, with what he must be told. The first two of them are without any right."""
    of, mine, other = tokens.of, (first.code,), (second.code,)
    role = operation.roles[0]
    strange = next(one for one in ROLES if one not in operation.roles and one not in ("area_manager", "app"))
    return [
        *await _without_reach(tokens, operation, first, second, role),
        ("anonymous", ANONYMOUS, REFUSED_TOKEN),
        ("expired token", tokens.expired(role, mine), REFUSED_TOKEN),
        ("wrong audience", tokens.for_another_audience(role, mine), REFUSED_TOKEN),
        ("another issuer", tokens.of_another_issuer(role, mine), REFUSED_TOKEN),
        ("changed token", await tokens.with_a_dealer_added(role, other, mine), REFUSED_TOKEN),
        ("wrong role", await of(strange, dealers=mine), WRONG_ROLE),
        ("operations", await of("operations", dealers=mine), WRONG_ROLE),
        ("no role", await of(dealers=mine), WRONG_ROLE),
        *await _spanning(tokens, operation, first, second),
    ]


async def _without_reach(tokens: Tokens, operation: Operation, first: Side, second: Side, role: str) -> list[Foreign]:
    of, other = tokens.of, (second.code,)
    if operation.kind == "network":
        return await _narrower(tokens, operation, first, second)
    return [
        ("other dealer", await of(role, dealers=other), UNKNOWN),
        ("other dealer with every role", await of(*ROLES, dealers=other), UNKNOWN),
        ("no dealer", await of(role), UNKNOWN),
        ("area manager out of scope", await of("area_manager", scope=f"area:{second.area}"), UNKNOWN),
        ("same role, foreign area", await of(role, scope=f"area:{second.area}"), UNKNOWN),
        ("same role, network", await of("manager", role, scope="network"), UNKNOWN)
        if role != "headquarters"
        else ("headquarters without reach", await of(role), UNKNOWN),
    ]


async def _narrower(tokens: Tokens, operation: Operation, first: Side, second: Side) -> list[Foreign]:
    """Network routes: each sees the dealers in his own reach, and only headquarters changes anything."""
    of = tokens.of
    all_values = first.secrets() | second.secrets()
    callers = [
        ("other dealer's manager", ("manager",), (second.code,), "", first.secrets(), second.code),
        ("area manager out of scope", ("area_manager",), (), f"area:{second.area}", first.secrets(), second.code),
        ("area manager in scope", ("area_manager",), (), f"area:{first.area}", second.secrets(), first.code),
        ("own dealer's manager", ("manager",), (first.code,), "", second.secrets(), first.code),
        ("headquarters without reach", ("headquarters",), (), "", all_values, ""),
        ("manager with network scope", ("manager",), (), "network", all_values, ""),
    ]
    found: list[Foreign] = []
    for caller, roles, dealers, scope, hidden, shown in callers:
        allowed = roles[0] in operation.roles and not operation.changes
        expected = succeeds(hidden, shown) if allowed else WRONG_ROLE
        found.append((caller, await of(*roles, dealers=dealers, scope=scope), expected))
    return found


async def _spanning(tokens: Tokens, operation: Operation, first: Side, second: Side) -> list[Foreign]:
    """Those whose reach spans the dealer: they read where their role may, and are told of the role elsewhere."""
    if operation.kind == "network":
        return []
    of, area = tokens.of, f"area:{first.area}"
    found: list[Foreign] = []
    for caller, role, scope in (("area manager in scope", "area_manager", area), *_HEADQUARTERS):
        if role not in operation.roles:
            found.append((caller, await of(role, scope=scope), Expected((403, 404))))
        elif not operation.changes:
            found.append((caller, await of(role, scope=scope), succeeds(second.secrets())))
    return found
