"""moto with policies that count, changed where it stands in the way of what the tests are about."""

import json
import os

from moto import settings
from moto.cloudformation.models import CloudFormationBackend
from moto.cloudformation.parsing import ResourceMap
from moto.core.exceptions import JsonRESTError
from moto.ec2.responses import EC2Response
from moto.iam.access_control import IAMRequest
from moto.iam.models import Role, iam_backends
from moto.server import main

# Warnings of cfn-lint are answered as if they were errors; it has a place of its own in the tests.
CloudFormationBackend.validate_template = lambda self, template: []

# A stack that a change set has changed keeps the outputs of before.
execute_change_set = CloudFormationBackend.execute_change_set


def execute_and_parse(self, *args, **kwargs):
    execute_change_set(self, *args, **kwargs)
    for stack in self.stacks.values():
        stack._parse_template()
        stack.output_map = stack._create_output_map()


CloudFormationBackend.execute_change_set = execute_and_parse

# Of the deletion policies that keep a resource only one is known.
delete_resources = ResourceMap.delete


def delete_what_is_not_kept(self):
    for resource in self._resource_json_map.values():
        if resource.get("DeletionPolicy") == "RetainExceptOnCreate":
            resource["DeletionPolicy"] = "Retain"
    delete_resources(self)


ResourceMap.delete = delete_what_is_not_kept

# The inline policies of a role in a template are kept as Python prints them, and not as the JSON that is read later.
put_policy = Role.put_policy
Role.put_policy = lambda self, name, policy: put_policy(
    self, name, policy if isinstance(policy, str) else json.dumps(policy)
)


def resource_of(request):
    """What a call is about: moto itself asks for permission for any resource."""
    named = {name: values[0] for name, values in request._data.items() if isinstance(values, list) and values}
    arn = f"arn:aws:{request._service}:{request._region}:{request.account_id}"
    if request._service == "dynamodb":
        call = json.loads(request._body)
        index = f"/index/{call['IndexName']}" if "IndexName" in call else ""
        return f"{arn}:table/{call['TableName']}{index}" if "TableName" in call else "*"
    if request._service == "logs":
        return f"{arn}:log-group:{json.loads(request._body).get('logGroupName', '')}:*"
    if "PrefixListId" in named:
        return f"{arn}:prefix-list/{named['PrefixListId']}"
    if "GroupId" in named:
        return f"{arn}:security-group/{named['GroupId']}"
    return named.get("TopicArn", "*")


check_action_permitted = IAMRequest.check_action_permitted
IAMRequest.check_action_permitted = lambda self, _: check_action_permitted(self, resource_of(self))


# VPC Block Public Access is not known, and the bot asks for it: it is off, as in every new account.
BLOCK_PUBLIC_ACCESS = """<{api}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>moto</requestId>{answer}</{api}Response>"""


def block_public_access_options(self):
    state = "<state>default-state</state><internetGatewayBlockMode>off</internetGatewayBlockMode>"
    answer = f"<awsAccountId>{self.current_account}</awsAccountId>{state}"
    return BLOCK_PUBLIC_ACCESS.format(
        api="DescribeVpcBlockPublicAccessOptions",
        answer=f"<vpcBlockPublicAccessOptions>{answer}</vpcBlockPublicAccessOptions>",
    )


def block_public_access_exclusions(self):
    return BLOCK_PUBLIC_ACCESS.format(
        api="DescribeVpcBlockPublicAccessExclusions", answer="<vpcBlockPublicAccessExclusionSet/>"
    )


EC2Response.describe_vpc_block_public_access_options = block_public_access_options
EC2Response.describe_vpc_block_public_access_exclusions = block_public_access_exclusions


def deny(request):
    """Denies in JSON where that is what the service speaks: moto itself answers in XML."""
    if request._service in ("dynamodb", "lambda", "logs"):
        raise JsonRESTError("AccessDeniedException", f"{request._access_key.arn} may not {request._action}")
    deny_in_xml(request)


deny_in_xml = IAMRequest._raise_access_denied
IAMRequest._raise_access_denied = deny

# Who has the keys of this process may do everything, like the root user; everybody else, what their policies say.
EVERYTHING = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
iam = iam_backends[os.environ["MOTO_ACCOUNT_ID"]]["aws"]
iam.create_user(region_name="us-east-1", user_name="root")
iam.put_user_policy("root", "everything", json.dumps(EVERYTHING))
key = iam.create_access_key(user_name="root")
key.access_key_id = os.environ["AWS_ACCESS_KEY_ID"]
key.secret_access_key = os.environ["AWS_SECRET_ACCESS_KEY"]
settings.INITIAL_NO_AUTH_ACTION_COUNT = 0

main()
