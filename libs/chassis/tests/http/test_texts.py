"""What people read, in their language; English where nobody wrote it in theirs."""

import pytest
from chassis.problems import Problem, problem_response
from chassis.texts import ENGLISH, Said, language_asked, words_of


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB,en;q=0.9,zh;q=0.1", "en"),
        ("fr, zh-Hant;q=0.3", "zh"),
        ("zh;q=0, en;q=0.1", "en"),
        ("de-DE, *;q=0.1", "en"),
        ("zh;q=much", "en"),
        ("", "en"),
    ],
)
def test_the_language_asked_for_is_the_best_of_ours(accept, language):
    assert language_asked(accept) == language


def test_who_names_no_language_of_ours_gets_the_other_one():
    assert (language_asked("", "zh"), language_asked("fr", "zh"), language_asked("en", "zh")) == ("zh", "zh", "en")


def test_a_sentence_is_said_with_its_values_and_lists_are_enumerated():
    words = words_of("zh", "chassis")
    needed = words.say("This needs one of the roles {needed}; your token has {have}.", needed=["a", "b"], have=[])
    assert needed == "此操作需要以下角色之一:a, b;您的令牌具有:–。"
    assert ENGLISH.say("It has {braces} and no values.") == "It has {braces} and no values."


def test_what_nobody_translated_is_said_in_english():
    words = words_of("zh", "chassis")
    assert words.say("Nobody knows {what}.", what="this") == "Nobody knows this."
    assert words.name("colours", "RED") == "RED"


def test_sentences_within_details_are_said_too():
    details = {"faults": [Said("Send the body as it is, without Content-Encoding.", {})], "count": 1}
    assert words_of("zh", "chassis").shown(details) == {
        "faults": ["请原样发送正文,不要使用 Content-Encoding。"],
        "count": 1,
    }


def test_a_problem_tells_its_language_and_stays_apart_for_each_in_caches():
    app = type("App", (), {"state": type("State", (), {"texts": "chassis"})})
    scope = {"type": "http", "app": app, "headers": [(b"accept-language", b"zh-CN")]}
    told = problem_response(Problem(503, "busy", "The service is starting."), scope)
    assert "服务正在启动" in bytes(told.body).decode()
    assert (told.headers["content-language"], told.headers["vary"]) == ("zh", "Accept-Language")
    assert b"is starting" in bytes(problem_response(Problem(503, "busy", "The service is starting."), {}).body)
