"""What the engine says is in the comments: the values were read back from images that BuildKit built."""

from __future__ import annotations

import pytest

from dockerlint.formats.instructions import parse_dockerfile
from dockerlint.model.image.dockerfile import Dockerfile, Stage, read_stages
from dockerlint.model.value import Known, Unknown, Value
from dockerlint.source.text import SourceFile


def read(text: str, **build_args: str) -> Dockerfile:
    given: dict[str, Value] = {name: Known(value) for name, value in build_args.items()}
    return read_stages(parse_dockerfile(SourceFile("Dockerfile", text)), given)


def last(text: str, **build_args: str) -> Stage:
    stage = read(text, **build_args).stage(None)
    assert stage is not None
    return stage


def env(stage: Stage) -> dict[str, str | None]:
    return {name: value.text if isinstance(value, Known) else None for name, value in stage.environment.items()}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("$A", "1"),
        ("${A}b$A.c", "1b1.c"),
        ('"x $A"', "x 1"),
        ("'$A'", "$A"),
        (r"\$A", "$A"),
        (r'"\$A"', "$A"),
        ("${A:-d}", "1"),
        ("${Z:-d}", "d"),
        ("${Z-d}", "d"),
        ("${E:-d}", "d"),
        ("${E-d}", ""),
        ("${A:+p}", "p"),
        ("${Z:+p}", ""),
        ("${E+p}", "p"),
        ("${E:+p}", ""),
        ('"${Z:-a b}"', "a b"),
        ('${Z:-"q"}', "q"),
        ("${Z:-$A}", "1"),
        ("${Z:-${Y:-${A}y}}", "1y"),
        ("$Z-", "-"),
        (r'"a\"b"', 'a"b'),
        ("'a\"b'", 'a"b'),
        (r"a\ b", "a b"),
        (r'"a\nb"', r"a\nb"),
        (r"a\nb", "anb"),
        ("$", "$"),
        ("$$", ""),
        ("a$", "a$"),
        ("$1", ""),
        ("'a\\'", "a\\"),
        ("${V#v}", "1.2.3"),
        ("${V%.*}", "v1.2"),
        ("${V%%.*}", "v1"),
        ("${V##*.}", "3"),
        ("${V/./_}", "v1_2.3"),
        ("${V//./_}", "v1_2_3"),
    ],
)
def test_variables(written: str, value: str) -> None:
    stage = last(f"FROM scratch\nENV A=1 E= V=v1.2.3\nENV X={written}\n")
    assert env(stage)["X"] == value


def test_an_unknown_base_may_set_any_variable() -> None:
    stage = last("FROM node\nENV PATH=$PATH:/x A=${B:-c} C=${D:+e}\n")
    assert env(stage) == {"PATH": None, "A": None, "C": None}
    assert isinstance(stage.environment["PATH"], Unknown)
    assert env(last("FROM scratch\nENV PATH=$PATH:/x"))["PATH"] == (
        "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/x"
    )


def test_one_env_sees_what_was_before_it() -> None:
    assert env(last("FROM a\nENV P=1\nENV P=2 Q=$P\n")) == {"P": "2", "Q": "1"}


def test_arg_before_from() -> None:
    text = "ARG V=18\nARG IMAGE=node:$V\nFROM $IMAGE AS x\nENV A=<$V>\nARG V\nENV B=<$V>\n"
    stage = last(text)
    assert stage.base == "node:18"
    assert env(stage) == {"A": None, "B": "<18>"}
    assert last(text, V="20").base == "node:20"
    assert env(last(text, V="20"))["B"] == "<20>"
    assert last(text, IMAGE="x").base == "x"


def test_a_base_that_nobody_knows() -> None:
    assert last("ARG IMAGE\nFROM $IMAGE\n").base is None
    assert last("ARG V\nFROM node:$V\n").base is None
    assert read("ARG V\nFROM node:$V\n").problems == ()
    assert last("FROM --platform=$BUILDPLATFORM x\n").platform is None
    assert last("FROM --platform=linux/arm64 x\n").platform == "linux/arm64"


def test_from_an_undeclared_variable_is_a_problem() -> None:
    dockerfile = read("FROM $NOPE\n")
    assert [problem.message for problem in dockerfile.problems] == ["$NOPE is empty, so FROM has no image"]


def test_a_bad_substitution_is_a_problem() -> None:
    dockerfile = read("FROM a\nENV A=${} B=${X!y} C=${X\nENV D=${E:?no}\n")
    assert [problem.span.text for problem in dockerfile.problems] == ["${}", "${X!y}", "${X"]


def test_the_later_of_arg_and_env_wins() -> None:
    # engine: G3=later, and the child sees the ENV again
    text = "FROM scratch AS base\nENV G=env\nARG G=later\nENV G3=$G\nARG W=w\nFROM base\nENV K=$G K2=$W\n"
    assert env(last(text)) == {**env(last("FROM scratch")), "G": "env", "G3": "later", "K": "env", "K2": "w"}
    assert env(last("FROM scratch\nENV A=1\nARG A\nENV B=$A\n"))["B"] == "1"


def test_workdir() -> None:
    stage = last("FROM scratch\nWORKDIR /a\nWORKDIR b/../c\nENV D=1\nWORKDIR $D\nRUN x\nWORKDIR ../e\n")
    assert [step.workdir for step in stage.steps] == ["/", "/a", "/a/c", "/a/c", "/a/c/1", "/a/c/1"]
    assert stage.workdir == "/a/c/e"
    assert last("FROM node\nWORKDIR app\n").workdir == "app"
    assert last("FROM node\n").workdir == ""
    assert last("FROM node\nWORKDIR $X\n").workdir is None
    assert last("FROM node\nWORKDIR $X\nWORKDIR a\n").workdir is None
    assert last("FROM node\nWORKDIR $X\nWORKDIR /a\n").workdir == "/a"
    assert last('FROM node\nWORKDIR "/a b"\n').workdir == "/a b"
    assert last("FROM node\nWORKDIR //a/\n").workdir == "/a"


def test_a_stage_inherits() -> None:
    dockerfile = read(
        "FROM node AS Base\nENV A=1\nWORKDIR /app\nUSER me\nEXPOSE 80\nVOLUME /v\nCMD x\nHEALTHCHECK CMD h\n"
        'SHELL ["/bin/bash", "-c"]\nFROM base AS mid\nENV B=$A\nRUN y\nFROM mid\nEXPOSE 90-91/udp\nVOLUME ["/w"]\n'
    )
    stage = dockerfile.stage(None)
    assert stage is not None and stage.cmd is not None and stage.healthcheck is not None
    assert [one.name for one in stage.chain] == ["base", "mid", None]
    assert stage.root.base == "node" and stage.base is None and stage.parent is dockerfile.stages[1]
    assert env(stage) == {"A": "1", "B": "1"}
    assert (stage.workdir, stage.user, stage.shell, stage.cmd.text) == ("/app", "me", ("/bin/bash", "-c"), "x")
    assert [(port.first, port.last, port.protocol) for port in stage.exposed] == [(80, 80, "tcp"), (90, 91, "udp")]
    assert [path for path, _ in stage.volumes] == ["/v", "/w"]
    run = next(step for step in stage.steps if step.instruction.keyword == "RUN")
    assert (run.workdir, run.user, run.shell, run.stage.name) == ("/app", "me", ("/bin/bash", "-c"), "mid")
    assert "B" in run.environment


def test_a_new_entrypoint_takes_the_inherited_command_away() -> None:
    assert last("FROM a AS b\nCMD x\nFROM b\nENTRYPOINT y\n").cmd is None
    own = last("FROM a AS b\nCMD x\nFROM b\nCMD z\nENTRYPOINT y\n").cmd
    assert own is not None and own.text == "z"
    same = last("FROM a\nCMD x\nENTRYPOINT y\n").cmd
    assert same is not None and same.text == "x"


def test_triggers_run_in_the_child() -> None:
    dockerfile = read("FROM a AS b\nWORKDIR /p\nONBUILD WORKDIR /c\nONBUILD RUN x\nFROM b\nRUN y\nFROM b AS z\n")
    base, child, _ = dockerfile.stages
    assert base.workdir == "/p" and child.workdir == "/c"
    steps = [step for step in child.own_steps if step.instruction.keyword == "RUN"]
    assert [(step.instruction.text, step.instruction.onbuild, step.workdir) for step in steps] == [
        ("x", True, "/c"),
        ("y", False, "/c"),
    ]


def test_target_is_a_name_and_no_number() -> None:
    dockerfile = read("FROM a AS One\nFROM b\nFROM c AS three\n")
    found = [dockerfile.stage(target) for target in ("one", "ONE", "1", "three", "9", "nope", None)]
    assert [None if stage is None else stage.index for stage in found] == [0, 0, None, 2, None, None, 2]
    assert read("").stage(None) is None


def test_from_takes_names_but_no_numbers_and_never_looks_ahead() -> None:
    stages = read("FROM later\nFROM 0\nFROM x AS later\nFROM later AS later\n").stages
    assert [stage.base for stage in stages] == ["later", "0", "x", None]
    assert stages[3].parent is stages[2]


def test_uses() -> None:
    dockerfile = read(
        "FROM a AS one\nRUN x\nFROM b AS two\nCOPY --from=ONE /x /\nCOPY --from=nginx:1 /y /\nCOPY --from=three /z /\n"
        "RUN --mount=type=bind,from=0,target=/t x\nCOPY --from=$X / /\nCOPY a b\nFROM c AS three\nFROM one\n"
    )
    uses = list(dockerfile.uses(dockerfile.stages[1]))
    assert [use.stage.name if use.stage else use.image for use in uses] == ["one", "nginx:1", "three", "one", None]
    assert [stage.index for stage in dockerfile.needed(dockerfile.stages[1])] == [0, 1]
    assert [stage.index for stage in dockerfile.needed(dockerfile.stages[3])] == [0, 3]


def test_windows_escape() -> None:
    stage = last("# escape=`\nFROM scratch\nWORKDIR C:\\app\nENV A=b`\n  B=c:\\d\n")
    assert stage.workdir == "C:\\app"
    assert stage.shell == ("cmd", "/S", "/C")


def test_many_stages_are_linear() -> None:
    text = "FROM a AS s0\n" + "".join(f"FROM s{n} AS s{n + 1}\nENV A{n}=1\nRUN x\n" for n in range(300))
    dockerfile = read(text)
    assert len(dockerfile.stages[-1].chain) == 301
    assert len(dockerfile.stages[-1].steps) == 600
