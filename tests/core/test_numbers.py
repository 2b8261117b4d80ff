import threading

import pytest
from django.db import connection, transaction

from core import numbers
from core.models import NumberSeries


@pytest.mark.django_db
def test_numbers_run_from_one_without_gaps():
    assert [numbers.take_next("DM-2017") for _turn in range(3)] == [1, 2, 3]
    assert numbers.take_next("DM-2018") == 1


@pytest.mark.django_db(transaction=True)
def test_a_number_taken_in_vain_is_given_again():
    with pytest.raises(ValueError, match="no"), transaction.atomic():
        numbers.take_next("x")
        raise ValueError("no")
    with transaction.atomic():
        assert numbers.take_next("x") == 1
    with pytest.raises(RuntimeError, match="atomic"):
        numbers.take_next("x")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_eight_takers_get_eight_times_ten_different_numbers():
    taken, lock, barrier = [], threading.Lock(), threading.Barrier(8)

    def run():
        barrier.wait()
        try:
            for _turn in range(10):
                with transaction.atomic():
                    number = numbers.take_next("x")
                with lock:
                    taken.append(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 81))
    assert NumberSeries.objects.get().last == 80
