import resource

from gateway.main import open_as_many_as_one_may


def test_the_gateway_takes_as_many_connections_as_the_machine_lets_it() -> None:
    before, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(before, most) // 2, most))
        open_as_many_as_one_may()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (most, most)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (before, most))
