"""A controller with which irctest (github.com/progval/irctest) drives Madang.

It starts the binary that MADANG names, or the one called madang in PATH. Everything that
the IRC gateway is meant to do is declared below, so that what is missing fails instead of
being skipped.
"""

import collections
import os
import subprocess
from typing import Any, Dict, Optional, Type

from irctest import patma
from irctest.basecontrollers import BaseServerController, DirectoryBasedController
from irctest.cases import BaseServerTestCase
from irctest.runner import NotImplementedByController
from irctest.specifications import Capabilities, OptionalBehaviors

CONFIG = """\
data = "{directory}/data"
durability = "commit"

[server]
name = "My.Little.Server"
network = "Madang"
motd = "Welcome to the yard."

[irc]
password = "{password}"
websocket_origins = ["*"]
register_early = {register_early}
multiline_bytes = 4096
multiline_lines = 32

[history]
playback_messages = {playback_messages}

[accounts]
always_on = {always_on}

[limits]
no_limits = true

[proxy]
trusted = ["127.0.0.1"]
required = {proxied}

[[operator]]
name = "operuser"
# "operpassword", as cheap as argon2id gets
password_hash = "$argon2id$v=19$m=8,t=1,p=1$1+vZ0ySryrZIr9KiS/z5Nw$Pwpqs6sFqAxpIq67wjMCGtHrdzsZHv3ttrAhtfVbLVw"
"""

# Where accounts need a mail address; nothing is ever sent.
MAIL = """\
[mail]
host = "127.0.0.1"
tls = "none"
from = "yard@example.com"
"""


def tree() -> Any:
    """Settings of which any may be missing."""
    return collections.defaultdict(tree)


class MadangController(BaseServerController, DirectoryBasedController):
    software_name = "Madang"
    extban_mute_char = "m"
    supported_sasl_mechanisms = {"PLAIN", "SCRAM-SHA-256"}
    supports_sts = False
    _port_wait_interval = 0.01
    sync_sleep_time = 0.0

    capabilities = frozenset(
        (
            Capabilities.ACCOUNT_NOTIFY,
            Capabilities.ACCOUNT_TAG,
            Capabilities.AWAY_NOTIFY,
            Capabilities.BATCH,
            Capabilities.ECHO_MESSAGE,
            Capabilities.EXTENDED_JOIN,
            Capabilities.EXTENDED_MONITOR,
            Capabilities.LABELED_RESPONSE,
            Capabilities.MESSAGE_TAGS,
            Capabilities.MESSAGE_REDACTION,
            Capabilities.MULTILINE,
            Capabilities.MULTI_PREFIX,
            Capabilities.READ_MARKER,
            Capabilities.SERVER_TIME,
            Capabilities.SETNAME,
        )
    )

    optional_behaviors = frozenset(
        (
            OptionalBehaviors.BAN_EXCEPTION_MODE,
            OptionalBehaviors.CAP_REQ_MINUS,
            OptionalBehaviors.ELIST_C,
            OptionalBehaviors.ELIST_M,
            OptionalBehaviors.ELIST_N,
            OptionalBehaviors.ELIST_T,
            OptionalBehaviors.ELIST_U,
            OptionalBehaviors.INVITE_EXCEPTION_MODE,
            OptionalBehaviors.INVITE_LIST,
            OptionalBehaviors.INVITE_OVERRIDES_LIMIT,
            OptionalBehaviors.MULTI_JOIN,
            OptionalBehaviors.MULTI_KICK,
            OptionalBehaviors.MULTI_NAMES_COMMAND,
            OptionalBehaviors.MULTI_PRIVMSG,
            OptionalBehaviors.NO_CTCP,
            OptionalBehaviors.SASL_AFTER_REGISTRATION,
            OptionalBehaviors.SASL_REAUTHENTICATION,
        )
    )

    isupport = {
        "BOT": "B",
        "CASEMAPPING": "ascii",
        "CHATHISTORY": patma.ANYSTR,
        "ELIST": "CMNTU",
        "ACCOUNTEXTBAN": "a,account",
        "EXCEPTS": None,
        "EXTBAN": ",acmr",
        "INVEX": None,
        "MONITOR": patma.ANYSTR,
        "MSGREFTYPES": "msgid,timestamp",
        "PREFIX": "(qaohv)~&@%+",
        "STATUSMSG": "~&@%+",
        "TARGMAX": patma.ANYSTR,
        "UTF8ONLY": None,
        "WHOX": None,
    }

    def run(
        self,
        hostname: str,
        port: int,
        *,
        password: Optional[str],
        ssl: bool,
        run_services: bool,
        faketime: Optional[str],
        websocket_hostname: Optional[str] = None,
        websocket_port: Optional[int] = None,
    ) -> None:
        assert self.proc is None
        if faketime and not os.environ.get("MADANG_SLOW"):
            # A static binary ignores libfaketime; in real time it takes minutes.
            raise NotImplementedByController("faketime (set MADANG_SLOW to wait in real time)")
        self.create_config()
        self.hostname = "127.0.0.1"
        self.port = port
        address = f"127.0.0.1:{port}"
        self.password = password or ""
        self._config = tree()
        self._config["server"]["listeners"][address] = tree()
        if self.test_config.ergo_config:
            self.test_config.ergo_config(self._config)
        self._write_config()
        self.address = address
        self.websocket = f"127.0.0.1:{websocket_port}" if websocket_port else ""
        self.ssl = ssl
        self._start()

    def _write_config(self) -> None:
        """Those settings of Ergo that tests change and that mean something here."""
        always_on = self._config["accounts"]["multiclient"]["always-on"]
        with self.open_file("madang.toml", "w") as config:
            config.write(
                CONFIG.format(
                    directory=self.directory,
                    password=self.password,
                    always_on="true" if always_on in ("opt-out", "mandatory") else "false",
                    register_early=str(self.test_config.account_registration_before_connect).lower(),
                    proxied=str(any(l["proxy"] for l in self._config["server"]["listeners"].values())).lower(),
                    playback_messages=self._config["history"]["znc-maxmessages"] or 1000,
                )
            )
            if self.test_config.account_registration_requires_email:
                config.write(MAIL)

    def getConfig(self) -> Any:
        return self._config

    def rehash(self, case: BaseServerTestCase, config: Any) -> None:
        self._config = config
        self._write_config()
        client = "operator_for_rehash"
        case.connectClient(nick=client, name=client)
        case.sendLine(client, "OPER operuser operpassword")
        case.sendLine(client, "REHASH")
        case.getMessages(client)
        case.sendLine(client, "QUIT")
        case.assertDisconnected(client)

    def _start(self) -> None:
        self.proc = self.execute(
            [
                os.environ.get("MADANG", "madang"),
                "serve",
                "--config",
                str(self.directory / "madang.toml"),
                "--line=",
                "--irc=" + ("" if self.ssl else self.address),
                "--ircs=" + (self.address if self.ssl else ""),
                "--ws=" + self.websocket,
            ]
        )

    def restart(self) -> None:
        self.kill_proc()
        self.port_open = False
        self._start()
        self.wait_for_port()

    def wait_for_services(self) -> None:
        """Services are part of the server."""

    def _add_account(self, username: str, password: str) -> None:
        self.wait_for_port()
        subprocess.run(
            [
                os.environ.get("MADANG", "madang"),
                "account",
                "add",
                username,
                "--config",
                str(self.directory / "madang.toml"),
            ],
            input=password.encode() + b"\n",
            stdout=subprocess.DEVNULL,
            check=True,
        )

    def registerUser(
        self,
        case: BaseServerTestCase,
        username: str,
        password: Optional[str] = None,
    ) -> None:
        if not case.run_services:
            raise ValueError("Attempted to register a nick, but `run_services` is not True.")
        assert password
        if len(password) > 400:  # no line of IRC holds the command
            self._add_account(username, password)
            return
        client = case.addClient(show_io=False)
        case.sendLine(client, "CAP LS 302")
        case.sendLine(client, "NICK " + username)
        case.sendLine(client, "USER r e g :user")
        case.sendLine(client, "CAP END")
        while case.getRegistrationMessage(client).command != "001":
            pass
        case.getMessages(client)
        case.sendLine(client, "NS REGISTER " + password)
        msg = case.getMessage(client)
        assert msg.params == [username, "Account created"], msg
        case.sendLine(client, "QUIT")
        case.assertDisconnected(client)


def get_irctest_controller_class() -> Type[MadangController]:
    return MadangController
