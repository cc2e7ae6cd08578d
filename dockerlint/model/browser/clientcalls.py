"""Does server code call the address that a name holds? Seen in the file's text: the name inside a client's call."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from dockerlint.source.pattern import pattern

if TYPE_CHECKING:
    from dockerlint.formats.sourcefacts import EnvRead, SourceFacts
    from dockerlint.model.project import SourceUse

# Beginnings of calls that send a request, or make the client that does.
CALLS = pattern(
    r"(?:\bfetch|\baxios(?:\.\w+)?|\bgot(?:\.\w+)?|\bsuperagent\.\w+|\bky(?:\.\w+)?|\bundici\.\w+|\bhttps?\.(?:get|request)"
    r"|\brequests\.\w+|\bhttpx\.\w+|\bsession\.(?:get|post|put|delete|patch)|\burlopen|\burllib\w*\.\w+\.?\w*"
    r"|\bAsyncClient|\bClientSession|\bproxy|\bcreateProxyMiddleware|\bhttpProxy\.\w+|\bcreateProxyServer"
    r"|\bhttp\.(?:Get|Post|NewRequest\w*)|\bFaraday\.\w+|\bNet::HTTP\.\w+|\bHTTParty\.\w+|\bcurl_init|\bHttp::\w+"
    r"|\bGraphQLClient|\bApolloServer|\bRemoteGraphQLDataSource|\bioClient|\brequest(?:\.\w+)?|\bwebClient\w*\.\w+"
    r"|\brestTemplate\.\w+|\bbaseUrl|\bHttpClient|\bgetForObject|\bexchange|\bConsul|\bEureka)\s*[(<]"
)


def is_called(facts: SourceFacts, read: EnvRead, uses: Iterable[SourceUse]) -> bool:
    """Is the variable, or what it is given to, inside of a request's call?"""
    names = [read.name] + ([read.given_to] if read.given_to and len(read.given_to) > 3 else [])
    if any(_in_call(facts.file.text, name) for name in names):
        return True
    given = names[1] if len(names) > 1 else None
    return given is not None and any(
        given in use.facts.file.text and _in_call(use.facts.file.text, given) for use in uses
    )


def name_called(text: str, name: str) -> bool:
    """Does a text have a request's call with the name among its arguments?"""
    return len(name) > 2 and _in_call(text, name)


def _in_call(text: str, name: str) -> bool:
    word = re.compile(rf"(?<![\w]){re.escape(name)}(?![\w])")
    for call in CALLS.finditer(text):
        if word.search(text[call.end() : call.end() + 300].split("\n\n")[0].partition(");")[0]):
            return True
    return False
