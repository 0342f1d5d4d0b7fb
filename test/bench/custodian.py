"""Cloud Custodian on the groups of a file: custodian.py GROUPS FILTERS ROUNDS.

FILTERS is a JSON list with one filter for each policy. Prints the seconds of the processor in each round as a JSON list; loading is not counted.
"""

import json
import sys
import time

from c7n.config import Config
from c7n.policy import Policy
from c7n.resources import load_resources

groups_file, filters_file, rounds = sys.argv[1:]
load_resources(("aws.security-group",))
config = Config.empty(region="us-east-1", account_id="111122223333")
with open(filters_file) as file:
    filters = json.load(file)
policies = [
    Policy(
        {"name": f"policy-{index}", "resource": "aws.security-group", "filters": [one]},
        config,
        session_factory=lambda *args, **kwargs: None,
    )
    for index, one in enumerate(filters)
]
with open(groups_file) as file:
    text = file.read()

seconds = []
for _ in range(int(rounds)):
    # Its filters write what they matched into the groups, so that each round needs groups of its own.
    groups = json.loads(text)
    start = time.process_time()
    for policy in policies:
        matched = groups
        for one in policy.resource_manager.filters:
            matched = one.process(matched)
    seconds.append(time.process_time() - start)
print(json.dumps(seconds))
