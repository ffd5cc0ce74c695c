import asyncio

import pytest
from inglenook.adapters.memory import MemoryDatabase
from inglenook.core.errors import StorageFull

from tests.adapters import database_contract


@pytest.mark.parametrize("name", database_contract.cases())
def test_memory_does_what_every_database_does(name):
    asyncio.run(database_contract.cases()[name](MemoryDatabase()))


def test_the_contract_has_not_shrunk():
    assert len(database_contract.cases()) >= 20


def test_a_prepared_failure_leaves_everything_as_it_was():
    async def play():
        database = MemoryDatabase()
        database.failures.append(StorageFull("No room."))
        with pytest.raises(StorageFull):
            await database.transact([database_contract.put("a", {})])
        return await database.transact([database_contract.get("a")])

    assert asyncio.run(play()) == [None]


def test_emptying_takes_out_records_and_blobs():
    async def play():
        database = MemoryDatabase()
        await database.transact([database_contract.put("a", {})])
        await database.put_blob("b", b"1", "")
        await database_contract.empty(database)
        return await database.transact([database_contract.get("a")]), await database.blob_keys()

    assert asyncio.run(play()) == ([None], [])
