"""Talks to a Koepel server with nothing but what its reflection service tells."""

import sys

import grpc
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)

address, token = sys.argv[1:]
channel = grpc.insecure_channel(address)
database = ProtoReflectionDescriptorDatabase(channel)
pool = DescriptorPool(database)
metadata = [("authorization", f"Bearer {token}")]

for service in sorted(database.get_services()):
    print("service", service)


def message(name):
    return GetMessageClass(pool.FindMessageTypeByName(f"koepel.v1.{name}"))


def call(service, method, request):
    described = pool.FindServiceByName(f"koepel.v1.{service}").FindMethodByName(method)
    kind = channel.stream_unary if described.client_streaming else channel.unary_unary
    stub = kind(
        f"/{described.containing_service.full_name}/{described.name}",
        request_serializer=lambda one: one.SerializeToString(),
        response_deserializer=GetMessageClass(described.output_type).FromString,
    )
    return stub(request, metadata=metadata, timeout=20)


listed = call("BacklogService", "ListBacklog", message("ListBacklogRequest")(parent="products/webshop"))
for row in listed.rows:
    print("backlog", row.place, row.key)

request = message("CreateItemRequest")(parent="products/webshop/domains/online")
request.item.title = "by Python"
request.item.kind = 3
request.place.edge = 1
created = call("BacklogService", "CreateItem", request)
print("created", created.item.key, "at", created.item.place, created.item.title)

request.item.title = ""
try:
    call("BacklogService", "CreateItem", request)
except grpc.RpcError as error:
    print("refused", error.code().name, error.details())

# A refusal with very many faults must fit into the headers that this client takes by default.
start = message("ImportRequest")()
start.start.product = "products/webshop"
start.start.mapping = """
name = "python"
[input]
format = "jsonl"
[item]
source = { join = "https://python.example/{id}" }
title = "title"
domain = "team"
"""
data = message("ImportRequest")()
data.data = b"".join(b'{"id":%d,"title":"","team":"online"}\n' % line for line in range(1000))
try:
    call("IngestService", "Import", iter([start, data]))
except grpc.RpcError as error:
    print("import refused", error.code().name, error.details())
