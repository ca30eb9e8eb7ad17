"""Types of CloudFormation that moto does not make, or makes without most of their properties, though its API has them.

Each is carried to the API as AWS does: the model of the API, which is part of the AWS command line, knows which
properties there are and of which type, so a misspelt one is an error here. resources.py FILE… fails when a template has
a type that neither moto nor this makes.
"""

import copy
import json
import pathlib
import re
import sys
from collections.abc import Callable
from typing import Any

import boto3
from moto.cloudformation import parsing
from moto.core.common_models import CloudFormationModel

Properties = dict[str, Any]
ENGINE = "neptune"  # Moto has no DocumentDB. Neptune has the same API there.
PASSWORD = re.compile(r"{{resolve:secretsmanager:(arn:.*?):SecretString:(\w+)}}")


class Api:
    """One service's API on this server."""

    endpoint = ""

    def __init__(self, service: str) -> None:
        self.client: Any = boto3.client(service, endpoint_url=self.endpoint)  # type: ignore[call-overload]

    def __call__(self, operation: str, properties: Properties) -> Properties:
        shape = self.client.meta.service_model.operation_model(operation).input_shape
        method = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", operation).lower()
        return getattr(self.client, method)(**shaped(properties, shape))


def shaped(value: Any, shape: Any) -> Any:
    """The value as the API spells it. CloudFormation writes names with a capital, numbers for the API's strings."""
    kind = shape.type_name
    if kind == "structure":
        names = {name.lower(): name for name in shape.members}
        unknown = [name for name in value if name.lower() not in names]
        if unknown:
            raise ValueError(f"{shape.name} has no {', '.join(unknown)}")
        return {names[name.lower()]: shaped(each, shape.members[names[name.lower()]]) for name, each in value.items()}
    if kind == "list":
        return [shaped(each, shape.member) for each in value]
    if kind == "map":
        return {name: shaped(each, shape.value) for name, each in value.items()}
    scalars = {"string": str, "integer": int, "long": int, "float": float, "double": float}
    return scalars[kind](value) if kind in scalars else value


class Made:
    """What was made: its reference, its attributes."""

    def __init__(self, reference: str, **attributes: Any) -> None:
        self.physical_resource_id = reference
        self.attributes = attributes


Maker = Callable[[str, Properties], Made]


def resolved(text: str) -> str:
    def value(found: re.Match[str]) -> str:
        return json.loads(Api("secretsmanager")("GetSecretValue", {"SecretId": found[1]})["SecretString"])[found[2]]
    return PASSWORD.sub(value, text)


def secret(_: str, properties: Properties) -> Made:
    api = Api("secretsmanager")
    generate = properties.pop("GenerateSecretString", None)
    if generate:
        template, key = generate.pop("SecretStringTemplate", None), generate.pop("GenerateStringKey", None)
        password = api("GetRandomPassword", generate)["RandomPassword"]
        properties["SecretString"] = json.dumps(json.loads(template) | {key: password}) if template else password
    properties["SecretString"] = resolved(properties["SecretString"])
    return Made(api("CreateSecret", properties)["ARN"])


def permission(rule: Properties, group: str) -> list[Properties]:
    said = {"Description": rule.get("Description", "")}
    to = {"IpRanges": [{"CidrIp": rule["CidrIp"]} | said]} if "CidrIp" in rule else {
        "UserIdGroupPairs": [{"GroupId": rule[group]} | said]}
    return [{name: rule[name] for name in ("IpProtocol", "FromPort", "ToPort") if name in rule} | to]


def ingress(group: str, rule: Properties) -> None:
    Api("ec2")("AuthorizeSecurityGroupIngress",
               {"GroupId": group, "IpPermissions": permission(rule, "SourceSecurityGroupId")})


def egress(group: str, rule: Properties) -> None:
    Api("ec2")("AuthorizeSecurityGroupEgress",
               {"GroupId": group, "IpPermissions": permission(rule, "DestinationSecurityGroupId")})


def security_group(name: str, properties: Properties) -> Made:
    api = Api("ec2")
    rules_in, rules_out = properties.pop("SecurityGroupIngress", []), properties.pop("SecurityGroupEgress", [])
    described = {"GroupName": name, "Description": properties.pop("GroupDescription")}
    group = api("CreateSecurityGroup", properties | described)["GroupId"]
    if rules_out:
        api("RevokeSecurityGroupEgress", {"GroupId": group, "IpPermissions": permission(
            {"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}, "")})
    for rule in rules_in:
        ingress(group, rule)
    for rule in rules_out:
        egress(group, rule)
    return Made(group, GroupId=group)


def one_rule(add: Callable[[str, Properties], None]) -> Maker:
    def make(name: str, properties: Properties) -> Made:
        add(properties.pop("GroupId"), properties)
        return Made(name)
    return make


def route_table(_: str, properties: Properties) -> Made:
    return Made(Api("ec2")("CreateRouteTable", {"VpcId": properties["VpcId"], "TagSpecifications": [
        {"ResourceType": "route-table", "Tags": properties["Tags"]}]})["RouteTable"]["RouteTableId"])


def association(_: str, properties: Properties) -> Made:
    return Made(Api("ec2")("AssociateRouteTable", properties)["AssociationId"])


def task_definition(_: str, properties: Properties) -> Made:
    return Made(Api("ecs")("RegisterTaskDefinition", properties)["taskDefinition"]["taskDefinitionArn"])


def service(_: str, properties: Properties) -> Made:
    made = Api("ecs")("CreateService", properties)["service"]
    return Made(made["serviceArn"], Name=made["serviceName"])


def update_service(_: str, properties: Properties) -> Made:
    fixed = ("LaunchType", "ServiceName")
    changed = {name: value for name, value in properties.items() if name not in fixed}
    made = Api("ecs")("UpdateService", changed | {"Service": properties["ServiceName"]})["service"]
    return Made(made["serviceArn"], Name=made["serviceName"])


def scalable_target(_: str, properties: Properties) -> Made:
    Api("application-autoscaling")("RegisterScalableTarget", properties)
    return Made("|".join(properties[name] for name in ("ResourceId", "ScalableDimension", "ServiceNamespace")))


def scaling_policy(_: str, properties: Properties) -> Made:
    names = ("ResourceId", "ScalableDimension", "ServiceNamespace")
    target = dict(zip(names, properties.pop("ScalingTargetId").split("|"), strict=True))
    return Made(Api("application-autoscaling")("PutScalingPolicy", properties | target)["PolicyARN"])


def alarm(_: str, properties: Properties) -> Made:
    Api("cloudwatch")("PutMetricAlarm", properties)
    return Made(properties["AlarmName"])


def metric_filter(name: str, properties: Properties) -> Made:
    Api("logs")("PutMetricFilter", properties | {"FilterName": name})
    return Made(name)


def subscription(_: str, properties: Properties) -> Made:
    return Made(Api("sns")("Subscribe", properties)["SubscriptionArn"])


def provider(_: str, properties: Properties) -> Made:
    return Made(Api("iam")("CreateOpenIDConnectProvider", properties)["OpenIDConnectProviderArn"])


def subnet_group(name: str, properties: Properties) -> Made:
    Api("docdb")("CreateDBSubnetGroup", properties | {"DBSubnetGroupName": name.lower()})
    return Made(name.lower())


def cluster_parameters(name: str, properties: Properties) -> Made:
    parameters = properties.pop("Parameters")
    renamed = {"DBParameterGroupFamily": properties.pop("Family"), "DBClusterParameterGroupName": name.lower()}
    Api("docdb")("CreateDBClusterParameterGroup", properties | renamed)
    Api("docdb")("ModifyDBClusterParameterGroup", {"DBClusterParameterGroupName": name.lower(), "Parameters": [
        {"ParameterName": key, "ParameterValue": value, "ApplyMethod": "pending-reboot"}
        for key, value in parameters.items()]})
    return Made(name.lower())


def database(name: str, properties: Properties) -> Made:
    properties.pop("CopyTagsToSnapshot")  # CloudFormation has it, the API of DocumentDB does not.
    for user in ("MasterUsername", "MasterUserPassword"):
        properties[user] = resolved(properties[user])
    named = {"DBClusterIdentifier": name.lower(), "Engine": ENGINE}
    made = Api("docdb")("CreateDBCluster", properties | named)["DBCluster"]
    return Made(made["DBClusterIdentifier"], Endpoint=made["Endpoint"], Port=made["Port"])


def database_instance(name: str, properties: Properties) -> Made:
    Api("docdb")("CreateDBInstance", properties | {"DBInstanceIdentifier": name.lower(), "Engine": ENGINE})
    return Made(name.lower())


MAKERS: dict[str, Maker] = {
    "AWS::ApplicationAutoScaling::ScalableTarget": scalable_target,
    "AWS::ApplicationAutoScaling::ScalingPolicy": scaling_policy,
    "AWS::CloudWatch::Alarm": alarm,
    "AWS::DocDB::DBCluster": database,
    "AWS::DocDB::DBClusterParameterGroup": cluster_parameters,
    "AWS::DocDB::DBInstance": database_instance,
    "AWS::DocDB::DBSubnetGroup": subnet_group,
    "AWS::EC2::RouteTable": route_table,
    "AWS::EC2::SecurityGroup": security_group,
    "AWS::EC2::SecurityGroupEgress": one_rule(egress),
    "AWS::EC2::SecurityGroupIngress": one_rule(ingress),
    "AWS::EC2::SubnetRouteTableAssociation": association,
    "AWS::ECS::Service": service,
    "AWS::ECS::TaskDefinition": task_definition,
    "AWS::IAM::OIDCProvider": provider,
    "AWS::Logs::MetricFilter": metric_filter,
    "AWS::SNS::Subscription": subscription,
    "AWS::SecretsManager::Secret": secret,
}
# How each is removed. What is not named here has nothing that stays, or goes with what it belongs to.
REMOVERS: dict[str, tuple[str, str, str, Properties]] = {
    "AWS::CloudWatch::Alarm": ("cloudwatch", "DeleteAlarms", "AlarmNames", {}),
    "AWS::DocDB::DBCluster": ("docdb", "DeleteDBCluster", "DBClusterIdentifier", {"SkipFinalSnapshot": True}),
    "AWS::DocDB::DBInstance": ("docdb", "DeleteDBInstance", "DBInstanceIdentifier", {}),
    "AWS::EC2::RouteTable": ("ec2", "DeleteRouteTable", "RouteTableId", {}),
    "AWS::EC2::SubnetRouteTableAssociation": ("ec2", "DisassociateRouteTable", "AssociationId", {}),
    "AWS::EC2::SecurityGroup": ("ec2", "DeleteSecurityGroup", "GroupId", {}),
    "AWS::SecretsManager::Secret": ("secretsmanager", "DeleteSecret", "SecretId", {}),
}
# Moto makes these, but without most of their properties, or does not remove them.
REPLACED = {"AWS::EC2::RouteTable", "AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress",
            "AWS::EC2::SubnetRouteTableAssociation", "AWS::ECS::Service", "AWS::ECS::TaskDefinition"}
UPDATERS: dict[str, Maker] = {"AWS::ECS::Service": update_service, "AWS::ECS::TaskDefinition": task_definition}


class Type:
    """What moto asks of a type."""

    kind: str

    def __init__(self, made: Made, properties: Properties) -> None:
        self.made = made
        self.properties = properties

    @property
    def physical_resource_id(self) -> str:
        return self.made.physical_resource_id

    def is_created(self) -> bool:
        return True

    def get_cfn_attribute(self, name: str) -> Any:
        return self.made.attributes[name]

    def delete(self, _account: str, _region: str) -> None:
        if self.kind == "AWS::ECS::Service":
            cluster = self.physical_resource_id.split("/")[1]
            Api("ecs")("DeleteService", {"Cluster": cluster, "Service": self.physical_resource_id, "Force": True})
        elif self.kind in REMOVERS:
            service_name, operation, key, more = REMOVERS[self.kind]
            reference = [self.physical_resource_id] if key.endswith("Names") else self.physical_resource_id
            Api(service_name)(operation, {key: reference} | more)

    @classmethod
    def has_cfn_attr(cls, _name: str) -> bool:
        return True

    @classmethod
    def cloudformation_type(cls) -> str:
        return cls.kind

    @staticmethod
    def cloudformation_name_type() -> str:
        return ""

    @classmethod
    def create_from_cloudformation_json(cls, resource_name: str, cloudformation_json: Properties,
                                        *_: Any, **__: Any) -> "Type":
        properties = cloudformation_json["Properties"]
        return cls(MAKERS[cls.kind](resource_name, copy.deepcopy(properties)), properties)

    @classmethod
    def update_from_cloudformation_json(cls, *, original_resource: "Type", new_resource_name: str,
                                        cloudformation_json: Properties, **_: Any) -> "Type":
        properties = cloudformation_json["Properties"]
        if properties == original_resource.properties:
            return original_resource
        return cls(UPDATERS[cls.kind](new_resource_name, copy.deepcopy(properties)), properties)


def own_types() -> set[str]:
    """Of moto itself: its module `parsing` loads them."""
    assert parsing.CloudFormationModel is CloudFormationModel
    return {each.cloudformation_type() for each in CloudFormationModel.__subclasses__() if not issubclass(each, Type)}


def know(used: set[str]) -> None:
    own, made = own_types(), set(MAKERS)
    assert not used - own - made, f"nobody makes {used - own - made}"
    assert not made - used, f"no template has {made - used}"
    for name in sorted((own & made) - REPLACED):
        print(f"moto makes {name} by now: resources.py need not")


def register(endpoint: str) -> None:
    Api.endpoint = endpoint
    for kind in MAKERS:
        type(kind, (Type, CloudFormationModel), {"kind": kind})


if __name__ == "__main__":
    templates = [json.loads(pathlib.Path(path).read_text()) for path in sys.argv[1:]]
    know({one["Type"] for template in templates for one in template["Resources"].values()})
