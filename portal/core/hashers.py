"""Password hashing: Argon2id at 19 MiB, two passes (the OWASP floor); the default would cost 300 ms."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class PortalArgon2Hasher(Argon2PasswordHasher):
    """Argon2id with memory 19 MiB and time cost 2."""

    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1
