"""Hears what the story tells: a mail server, the receiver of a webhook, and a subscriber of NATS. Each thing that arrives is a
line of JSON in the file named first; of the mail server and the webhook the ports are printed once all listen."""

import asyncio, email, email.policy, json, sys
from aiosmtpd.smtp import SMTP

file, nats_port = sys.argv[1:]


def heard(way, whom, identity, what, text=""):
    line = {"way": way, "whom": whom, "id": identity, "what": what, "text": text}
    with open(file, "a") as out:
        out.write(json.dumps(line) + "\n")


class Letters:
    async def handle_DATA(self, server, session, envelope):
        letter = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        text = letter.get_body(("plain",)).get_content()
        heard("e-mail", ", ".join(envelope.rcpt_tos), letter["Message-ID"], letter["Subject"], text)
        return "250 taken"


async def webhook(reader, writer):
    lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:] if line)}
    body = json.loads(await reader.readexactly(int(headers["content-length"])))
    whom = lines[0].split(" ")[1].strip("/")
    heard("webhook", whom, headers["webhook-id"], body["type"])
    writer.write(b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
    await writer.drain()
    writer.close()


async def subscribe(reader, writer):
    """The client protocol of NATS, as much of it as this needs: HMSG is a message with headers."""
    while line := await reader.readline():
        words = line.decode().split()
        if words[:1] == ["PING"]:
            writer.write(b"PONG\r\n")
        elif words[:1] == ["HMSG"]:
            head, total = int(words[-2]), int(words[-1])
            message = await reader.readexactly(total + 2)
            headers = message[:head].decode().split("\r\n")
            identity = next((one.split(": ", 1)[1] for one in headers if one.lower().startswith("nats-msg-id: ")), "")
            body = json.loads(message[head:total])
            heard("NATS", words[1], identity, body["type"])


async def main():
    reader, writer = await asyncio.open_connection("127.0.0.1", int(nats_port))
    writer.write(b'CONNECT {"verbose":false,"headers":true}\r\nSUB koepel.alerts.> 1\r\nPING\r\n')
    while await reader.readline() != b"PONG\r\n":
        pass
    loop = asyncio.get_running_loop()
    mail = await loop.create_server(lambda: SMTP(Letters(), enable_SMTPUTF8=True), "127.0.0.1", 0)
    hook = await asyncio.start_server(webhook, "127.0.0.1", 0)
    ports = [server.sockets[0].getsockname()[1] for server in (mail, hook)]
    print(*ports, flush=True)
    await subscribe(reader, writer)


asyncio.run(main())
