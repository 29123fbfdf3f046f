"""How much longer than they say tests wait: others use the machine, too, unless a test is marked to run alone."""

#: Beside other tests. A wait ends as soon as what it waits for is true, so this costs nothing but patience.
SHARED = 3.0
#: The seconds as they stand: a promise is kept or it is not.
ALONE = 1.0

factor = SHARED


def be(strict: bool) -> None:
    """For the tests from now on."""
    global factor
    factor = ALONE if strict else SHARED
