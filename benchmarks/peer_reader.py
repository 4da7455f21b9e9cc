"""lemon24/reader polling the same feeds; runs in the peers' own environment.

python peer_reader.py DATABASE URLS_FILE CA_BUNDLE ROUNDS
"""

import json
import pathlib
import sys
import time

import certifi

bundle = sys.argv[3]
certifi.where = lambda: bundle  # before requests takes it

from reader import make_reader  # noqa: E402


def main() -> None:
    urls = pathlib.Path(sys.argv[2]).read_text().split()
    reader = make_reader(sys.argv[1])
    for url in urls:
        reader.add_feed(url)
    start = time.process_time()
    reader.update_feeds(scheduled=False, workers=10)
    cold = time.process_time() - start
    failed = sum(feed.last_exception is not None for feed in reader.get_feeds())
    rounds = int(sys.argv[4])
    start = time.process_time()
    for _ in range(rounds):
        reader.update_feeds(scheduled=False, workers=10)
    spent = time.process_time() - start
    found = {"cpu": spent, "polls": rounds * len(urls), "failed": failed, "cold": cold}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
