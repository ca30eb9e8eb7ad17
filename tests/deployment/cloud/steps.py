#!/usr/bin/env python3
"""Looks at what the stacks made: steps.py NAME [ARGUMENT…] calls the function of that name.

AWS_ENDPOINT_URL is the server, TEMPLATES the folder with what template.py made.
"""

import json
import os
import pathlib
import sys
import time
from typing import Any

import boto3

TEMPLATES = pathlib.Path(os.environ["TEMPLATES"])


def client(service: str) -> Any:
    return boto3.client(service)  # type: ignore[call-overload]


def same(found: Any, expected: Any) -> None:
    assert found == expected, f"{found!r}, expected {expected!r}"


def wanted(name: str) -> dict[str, Any]:
    """The resources of a template."""
    found: dict[str, Any] = json.loads((TEMPLATES / f"{name}.json").read_text())["Resources"]
    return found


def stack(name: str) -> dict[str, Any]:
    found: dict[str, Any] = client("cloudformation").describe_stacks(StackName=f"repopulse-{name}")["Stacks"][0]
    return found


def outputs(name: str) -> dict[str, str]:
    return {one["OutputKey"]: one["OutputValue"] for one in stack(name)["Outputs"]}


def physical(logical: str, name: str = "repopulse") -> str:
    found = client("cloudformation").describe_stack_resource(StackName=f"repopulse-{name}", LogicalResourceId=logical)
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


def service() -> dict[str, Any]:
    [found] = client("ecs").describe_services(cluster="repopulse", services=["repopulse"])["services"]
    return dict(found)


def task() -> dict[str, Any]:
    return definition(service()["taskDefinition"])


def definition(arn: str) -> dict[str, Any]:
    found: dict[str, Any] = client("ecs").describe_task_definition(taskDefinition=arn)["taskDefinition"]
    return found


def complete(status: str, *names: str) -> None:
    for name in names:
        for _ in range(100):
            if stack(name)["StackStatus"] == status:
                break
            client("elbv2").describe_load_balancers()  # Moto's load balancer becomes active when somebody looks.
            time.sleep(0.1)
        same(stack(name)["StackStatus"], status)
        found = client("cloudformation").describe_stack_resources(StackName=f"repopulse-{name}")["StackResources"]
        same({one["LogicalResourceId"] for one in found}, set(wanted(name)))


def network() -> None:
    exports = {one["Name"]: one["Value"] for one in client("cloudformation").list_exports()["Exports"]}
    same(set(exports), {f"repopulse-{name}" for name in ("vpc", "public-subnets", "private-subnets", "data-subnets")})
    ec2 = client("ec2")
    doors = {"public": "GatewayId", "private": "NatGatewayId", "data": None}
    for kind, door in doors.items():
        subnets = ec2.describe_subnets(SubnetIds=exports[f"repopulse-{kind}-subnets"].split(","))["Subnets"]
        same(len({one["AvailabilityZone"] for one in subnets}), 2)
        same({one["VpcId"] for one in subnets}, {exports["repopulse-vpc"]})
        for subnet in subnets:
            of_subnet = {"Name": "association.subnet-id", "Values": [subnet["SubnetId"]]}
            tables = ec2.describe_route_tables(Filters=[of_subnet])
            out = [one for table in tables["RouteTables"] for one in table["Routes"]
                   if one.get("DestinationCidrBlock") == "0.0.0.0/0"]
            same([door in one for one in out], [True] if door else [])
    gateways = ec2.describe_nat_gateways()["NatGateways"]
    same({one["SubnetId"] for one in gateways}, set(exports["repopulse-public-subnets"].split(",")))
    used = service()["networkConfiguration"]["awsvpcConfiguration"]
    same(used["subnets"], exports["repopulse-private-subnets"].split(","))
    same(used["assignPublicIp"], "DISABLED")
    same(used["securityGroups"], [physical("ServerGroup")])


def delivery() -> None:
    images = client("ecr").describe_repositories(repositoryNames=["repopulse"])["repositories"][0]
    same(outputs("delivery")["Registry"], images["repositoryUri"])
    same(images["imageTagMutability"], "IMMUTABLE")
    role = client("iam").get_role(RoleName="repopulse-deploy")["Role"]
    same(outputs("delivery")["DeployRole"], role["Arn"])
    policy = role["AssumeRolePolicyDocument"]["Statement"]
    same([one["Condition"]["StringLike"] for one in policy],
         [{"token.actions.githubusercontent.com:sub": "repo:OWNER/REPO:ref:refs/tags/v*"}])
    providers = client("iam").list_open_id_connect_providers()["OpenIDConnectProviderList"]
    same([one["Principal"]["Federated"] for one in policy], [one["Arn"] for one in providers])


def ports(rules: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    return {(rule.get("FromPort"), to) for rule in rules
            for to in [*(one["CidrIp"] for one in rule["IpRanges"]),
                       *(one["GroupId"] for one in rule["UserIdGroupPairs"])]}


def connections() -> None:
    """What the page says under "Network"."""
    balancer, server, database = (physical(f"{one}Group") for one in ("Balancer", "Server", "Database"))
    groups = {one["GroupId"]: one for one in client("ec2").describe_security_groups()["SecurityGroups"]}
    anywhere = "0.0.0.0/0"
    same(ports(groups[balancer]["IpPermissions"]), {(443, anywhere), (80, anywhere)})
    same(ports(groups[balancer]["IpPermissionsEgress"]), {(8080, server)})
    same(ports(groups[server]["IpPermissions"]), {(8080, balancer)})
    same(ports(groups[server]["IpPermissionsEgress"]), {(443, anywhere), (27017, database)})
    same(ports(groups[database]["IpPermissions"]), {(27017, server)})
    same({to for _, to in ports(groups[database]["IpPermissionsEgress"])}, {"127.0.0.1/32"})
    listeners = client("elbv2").describe_listeners(LoadBalancerArn=physical("Balancer"))["Listeners"]
    same({(one["Port"], one["DefaultActions"][0]["Type"]) for one in listeners}, {(443, "forward"), (80, "redirect")})
    same(client("elbv2").describe_load_balancers()["LoadBalancers"][0]["DNSName"], outputs("repopulse")["Address"])
    cluster = client("docdb").describe_db_clusters()["DBClusters"][0]
    same([one["VpcSecurityGroupId"] for one in cluster["VpcSecurityGroups"]], [database])
    same((cluster["StorageEncrypted"], cluster["DeletionProtection"]), (True, True))
    same(len(cluster["DBClusterMembers"]), 2)


def hardened(found: dict[str, Any]) -> None:
    [server] = found["containerDefinitions"]
    same((server["user"], server["readonlyRootFilesystem"]), ("10001:10001", True))
    same(server["linuxParameters"]["capabilities"], {"drop": ["ALL"]})
    for name in ("task", "execution"):
        same(found[f"{name}RoleArn"], client("iam").get_role(RoleName=f"repopulse-{name}")["Role"]["Arn"])
    same((found["networkMode"], found["requiresCompatibilities"]), ("awsvpc", ["FARGATE"]))
    same({one["name"] for one in server["secrets"]}, {"REPOPULSE_STORE", "REPOPULSE_API_KEY", "REPOPULSE_GITHUB_TOKEN"})
    written = json.dumps(found, default=str)
    for one in server["secrets"]:
        value = client("secretsmanager").get_secret_value(SecretId=one["valueFrom"])
        same(value["ARN"], one["valueFrom"])
        assert value["SecretString"] not in written, f"the value of {one['name']} is in the task definition"


def runs(tag: str) -> None:
    """`tag` is what follows the address of the registry."""
    found = task()
    same(found["containerDefinitions"][0]["image"], outputs("delivery")["Registry"] + tag)
    hardened(found)
    # A role without rights.
    iam = client("iam")
    same(iam.list_role_policies(RoleName="repopulse-task")["PolicyNames"], [])
    same(iam.list_attached_role_policies(RoleName="repopulse-task")["AttachedPolicies"], [])
    one = service()
    same((one["launchType"], one["desiredCount"]), ("FARGATE", 2))
    same(one["loadBalancers"][0]["targetGroupArn"], physical("Targets"))


def servers() -> None:
    runs(":v0.1.0")


def store() -> None:
    """The server's URI has the database's generated password and its address."""
    secrets = client("secretsmanager")
    user = json.loads(secrets.get_secret_value(SecretId="repopulse/database")["SecretString"])
    uri = secrets.get_secret_value(SecretId="repopulse/store")["SecretString"]
    cluster = client("docdb").describe_db_clusters()["DBClusters"][0]
    same(len(user["password"]), 48)
    same(cluster["MasterUsername"], user["username"])
    start = f"mongodb://{user['username']}:{user['password']}@{cluster['Endpoint']}:{cluster['Port']}/repopulse?"
    assert uri.startswith(start) and "tls=true" in uri, "the URI of the store is another"
    same(secrets.describe_secret(SecretId=outputs("repopulse")["ApiKey"])["Name"], "repopulse/api-key")


def alarms() -> None:
    watch = client("cloudwatch").describe_alarms(AlarmNamePrefix="repopulse-")["MetricAlarms"]
    made = [one for one in wanted("repopulse").values() if one["Type"] == "AWS::CloudWatch::Alarm"]
    same(len(watch), len(made))
    topic = outputs("repopulse")["Alarms"]
    same({action for one in watch for action in one["AlarmActions"]}, {topic})
    assert all(each["Value"] for one in watch for each in one["Dimensions"])
    mails = client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    same([one["Endpoint"] for one in mails], ["you@example.com"])
    filters = client("logs").describe_metric_filters(logGroupName="/repopulse/server")["metricFilters"]
    measured = {(one["metricNamespace"], one["metricName"])
                for each in filters for one in each["metricTransformations"]}
    own = [one for one in watch if not one["Namespace"].startswith("AWS/")]
    same(measured, {(one["Namespace"], one["MetricName"]) for one in own})
    [target] = client("application-autoscaling").describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    same((target["ResourceId"], target["MinCapacity"], target["MaxCapacity"]), ("service/repopulse/repopulse", 2, 6))


def running() -> None:
    print(service()["taskDefinition"])


def changed(before: str, tag: str) -> None:
    """The service runs another task definition, which has another image and nothing else."""
    assert service()["taskDefinition"] != before, f"{before} runs still"
    only_image_differs(before, service()["taskDefinition"])
    runs(tag)


def only_image_differs(first: str, second: str) -> None:
    both = [definition(one) for one in (first, second)]
    for one in both:
        for name in ("taskDefinitionArn", "revision"):
            del one[name]
        assert one["containerDefinitions"][0].pop("image")
    same(both[0], both[1])


def removed() -> None:
    same(client("cloudformation").describe_stacks()["Stacks"], [])
    same(client("cloudformation").list_exports()["Exports"], [])
    # What the page says is kept.
    same([one["repositoryName"] for one in client("ecr").describe_repositories()["repositories"]], ["repopulse"])
    same([one["logGroupName"] for one in client("logs").describe_log_groups()["logGroups"]], ["/repopulse/server"])
    kept = {one["Name"] for one in client("secretsmanager").list_secrets()["SecretList"]}
    same(kept, {"repopulse/database", "repopulse/github-token"})
    same(client("docdb").describe_db_clusters()["DBClusters"], [])
    names = {one["GroupName"] for one in client("ec2").describe_security_groups()["SecurityGroups"]}
    same(names, {"default"})


def all_of(*names: str) -> None:
    for name in names:
        globals()[name]()


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
