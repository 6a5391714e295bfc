"""The services behind the one gateway, and the port of each when it is served alone."""

PORTS = {
    "integration": 3002,
    "notification": 3003,
    "analytics": 3004,
    "admin": 3005,
    "contact": 3010,
    "company": 3011,
    "deal": 3012,
    "activity": 3013,
}
