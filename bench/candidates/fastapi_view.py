"""The same in FastAPI and httpx."""

from __future__ import annotations

import os
from typing import Any

import httpx
from fastapi import FastAPI

from bench.candidates.translation import customer

app = FastAPI()

client = httpx.AsyncClient(
    base_url=os.environ["CRM"],
    timeout=5,
    limits=httpx.Limits(max_connections=100, max_keepalive_connections=100),
    trust_env=False,
)


@app.get("/customers/{customer_id}")
async def show(customer_id: str) -> dict[str, Any]:
    answer = await client.get(f"/cards/{customer_id}")
    answer.raise_for_status()
    return customer(answer.json())
