"""ministack, changed where it stands in the way of what the tests are about."""

import functools

from ministack import app
from ministack.core import iam_actions
from ministack.services import ec2, eventbridge
from ministack.services.cloudformation import _stacks, handlers, provisioners

# As on AWS, PutEvents refuses sources that begin with `aws.`, but for what runs inside; the tests play CloudTrail.
eventbridge._put_events = functools.partial(eventbridge._put_events, allow_aws_source=True)

# The filter `group-id` is passed over in this version; the parameter GroupIds is not, but has to name what exists.
describe_all = ec2._ACTION_MAP["DescribeSecurityGroups"]


def describe_security_groups(params):
    wanted = ec2._parse_filters(params).get("group-id")
    if wanted is None:
        return describe_all(params)
    found = [group_id for group_id in wanted if group_id in ec2._security_groups]
    if not found:
        return ec2._xml(200, "DescribeSecurityGroupsResponse", "<securityGroupInfo/>")
    ids = {f"GroupId.{place}": [group_id] for place, group_id in enumerate(found, 1)}
    return describe_all({**params, **ids})


ec2._ACTION_MAP["DescribeSecurityGroups"] = describe_security_groups

# Alarms on an expression are refused; one on the first of its metrics stands in for it. Alarms are not tested here.
alarm_record = provisioners._cw_metric_alarm_record


def alarm_record_of_one_metric(name, props):
    if not props.get("Metrics"):
        return alarm_record(name, props)
    first = props["Metrics"][0]["MetricStat"]["Metric"]
    rest = {key: value for key, value in props.items() if key != "Metrics"}
    return alarm_record(name, {**rest, **first})


provisioners._cw_metric_alarm_record = alarm_record_of_one_metric

# A resource is deleted with its stack, whatever its deletion policy says.
delete_stack = handlers._delete_stack_async


def delete_what_is_not_kept(stack_name, stack_id, retain=frozenset(), **options):
    resources = _stacks[stack_name].get("_template", {}).get("Resources", {})
    kept = {name for name, resource in resources.items() if resource.get("DeletionPolicy", "").startswith("Retain")}
    return delete_stack(stack_name, stack_id, frozenset(retain) | kept, **options)


handlers._delete_stack_async = delete_what_is_not_kept

# Permissions on a prefix list are asked for any resource, and not for that one.
resource_arn = iam_actions.extract_resource_arn


def resource_arn_with_prefix_lists(service, method, path, headers, body, query_params, region, account_id):
    prefix_list = iam_actions._query_param(query_params, "PrefixListId") if service == "ec2" else ""
    if prefix_list:
        return f"arn:aws:ec2:{region}:{account_id}:prefix-list/{prefix_list}"
    return resource_arn(service, method, path, headers, body, query_params, region, account_id)


iam_actions.extract_resource_arn = resource_arn_with_prefix_lists
app.main()
