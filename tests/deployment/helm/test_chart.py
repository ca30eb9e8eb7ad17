"""What the chart makes of the files in values/. CHART_RENDERED is the folder with what `helm template` made of each."""

import base64
import os
import pathlib
import re
import tomllib
import unittest
from collections.abc import Callable, Iterator
from typing import Any

import yaml

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[2]
RENDERED = pathlib.Path(os.environ["CHART_RENDERED"])
PAGE = (SOURCE / "docs" / "settings.md").read_text()
DOCKERFILE = (SOURCE / "Dockerfile").read_text()
SETTINGS = set(re.findall(r"^\| in a file \| `([a-z-]+)` \|$", PAGE, re.MULTILINE))
VARIABLES = set(re.findall(r"`(REPOPULSE_[A-Z_]+)`", PAGE))
UID = int(re.findall(r"^USER (\d+):\1$", DOCKERFILE, re.MULTILINE)[0])
STATE = re.findall(r"^VOLUME (\S+)$", DOCKERFILE, re.MULTILINE)[0]
PORT = int(re.findall(r"^EXPOSE (\d+)$", DOCKERFILE, re.MULTILINE)[0])
SETTINGS_FILE = "/etc/repopulse/repopulse.toml"
# What a server needs between SIGTERM and its end: load balancers forget it, requests end, the poll ends.
STOP_SECONDS = 5 + 10 + 3

# What the Pod Security Standard `restricted` allows, of what the chart uses.
VOLUME_KINDS = {"configMap", "emptyDir", "persistentVolumeClaim", "projected", "secret"}

Object = dict[str, Any]


def plain(value: str) -> str:
    return base64.b64decode(value).decode()


class Release:
    def __init__(self, name: str) -> None:
        self.name = name
        self.values: Object = yaml.safe_load((HERE / "values" / f"{name}.yaml").read_text())
        rendered = yaml.safe_load_all((RENDERED / f"{name}.yaml").read_text())
        self.objects: list[Object] = [one for one in rendered if one]
        self.server = next(one for one in self.objects if one["kind"] in ("StatefulSet", "Deployment"))
        self.template = self.server["spec"]["template"]
        self.pod = self.template["spec"]
        self.container = self.pod["containers"][0]
        self.volumes = {volume["name"]: volume for volume in self.pod["volumes"]}

    def one(self, kind: str) -> Object | None:
        found = [each for each in self.objects if each["kind"] == kind]
        assert len(found) <= 1, f"{self.name} has {len(found)} of {kind}"
        return found[0] if found else None

    def need(self, kind: str) -> Object:
        found = self.one(kind)
        assert found is not None, f"{self.name} has no {kind}"
        return found

    def variables(self) -> dict[str, Object]:
        return {variable["name"]: variable for variable in self.container["env"]}

    def own_secrets(self) -> dict[str, dict[str, str]]:
        return {secret["metadata"]["name"]: {key: plain(value) for key, value in secret["data"].items()}
                for secret in self.objects if secret["kind"] == "Secret"}

    def settings_text(self) -> str | None:
        volume = self.volumes["settings"]
        if "configMap" in volume:
            named = next(one for one in self.objects if one["kind"] == "ConfigMap")
            assert named["metadata"]["name"] == volume["configMap"]["name"]
            return str(named["data"]["repopulse.toml"])
        name = volume["secret"]["secretName"]
        return self.own_secrets()[name]["repopulse.toml"] if name in self.own_secrets() else None

    def secret_references(self) -> Iterator[tuple[str, str]]:
        """The name and the key of every secret that the pod is given."""
        for variable in self.container["env"]:
            reference = variable.get("valueFrom", {}).get("secretKeyRef")
            if reference:
                yield reference["name"], reference["key"]
        for source in self.volumes.get("secrets", {}).get("projected", {}).get("sources", []):
            yield source["secret"]["name"], source["secret"]["items"][0]["key"]


RELEASES = {path.stem: Release(path.stem) for path in sorted((HERE / "values").glob("*.yaml"))}


def selects(selector: Object, labels: Object) -> bool:
    return bool(selector) and selector.items() <= labels.items()


def each(test: Callable[[Any, Release], None]) -> Callable[[Any], None]:
    """A test that holds for every release."""

    def run(self: unittest.TestCase) -> None:
        for release in RELEASES.values():
            with self.subTest(values=release.name):
                test(self, release)

    return run


class Pods(unittest.TestCase):
    @each
    def test_they_have_no_rights(self, release: Release) -> None:
        pod = release.pod
        context = pod["securityContext"]
        self.assertTrue(context["runAsNonRoot"])
        self.assertEqual({context["runAsUser"], context["runAsGroup"], context["fsGroup"]}, {UID})
        self.assertEqual(context["seccompProfile"], {"type": "RuntimeDefault"})
        self.assertIs(pod["automountServiceAccountToken"], False)
        self.assertIs(pod["enableServiceLinks"], False)
        self.assertFalse({"hostNetwork", "hostPID", "hostIPC", "initContainers"} & pod.keys())
        self.assertEqual(len(pod["containers"]), 1)
        self.assertEqual(release.container["securityContext"], {
            "allowPrivilegeEscalation": False, "privileged": False, "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]}})
        for volume in pod["volumes"]:
            self.assertLessEqual(volume.keys() - {"name"}, VOLUME_KINDS)
        account = release.one("ServiceAccount")
        if account is not None:
            self.assertIs(account["automountServiceAccountToken"], False)
            self.assertEqual(account["metadata"]["name"], pod["serviceAccountName"])

    @each
    def test_only_the_state_and_tmp_can_be_written(self, release: Release) -> None:
        writable = {mount["mountPath"] for mount in release.container["volumeMounts"] if not mount.get("readOnly")}
        sqlite = release.server["kind"] == "StatefulSet"
        self.assertEqual(writable, {"/tmp", STATE} if sqlite else {"/tmp"})
        self.assertIn("sizeLimit", release.volumes["tmp"]["emptyDir"])

    def test_no_volume_hides_what_the_image_has(self) -> None:
        assemble = (SOURCE / "deploy" / "image" / "assemble").read_text()
        listed = re.findall(r'^mkdir -p "\$root"/\{(.*)\}$', assemble, re.MULTILINE)[0]
        inside = {f"/{path}" for path in listed.split(",")}
        self.assertIn("/etc/ssl/repopulse", inside)
        for release in RELEASES.values():
            paths = [mount["mountPath"] for mount in release.container["volumeMounts"]]
            self.assertLessEqual(inside & set(paths), {"/tmp", STATE})
            self.assertEqual([one for one in inside if any(f"{one}/".startswith(f"{path}/") for path in paths)],
                             [one for one in inside if one in paths])

    @each
    def test_they_are_bounded(self, release: Release) -> None:
        resources = release.container["resources"]
        self.assertEqual(resources["requests"].keys(), {"cpu", "memory"})
        self.assertEqual(resources["limits"].keys(), {"memory"})
        self.assertGreaterEqual(release.pod["terminationGracePeriodSeconds"], STOP_SECONDS)

    @each
    def test_probes_ask_what_the_server_answers(self, release: Release) -> None:
        probes = {kind: release.container[f"{kind}Probe"] for kind in ("startup", "liveness", "readiness")}
        wanted = release.values.get("probes", {})
        self.assertEqual(probes["startup"]["httpGet"]["path"], "/readyz")
        self.assertEqual(probes["liveness"]["httpGet"]["path"], "/healthz")
        self.assertEqual(probes["readiness"]["httpGet"]["path"], wanted.get("readinessPath", "/healthz"))
        patience = probes["startup"]["periodSeconds"] * probes["startup"]["failureThreshold"]
        self.assertGreaterEqual(patience, wanted.get("startupSeconds", 600))
        scheme = "HTTPS" if "tls" in release.values else "HTTP"
        for probe in probes.values():
            self.assertEqual((probe["httpGet"]["port"], probe["httpGet"]["scheme"]), ("http", scheme))

    @each
    def test_the_port_is_the_images(self, release: Release) -> None:
        self.assertEqual([port["containerPort"] for port in release.container["ports"]], [PORT])
        self.assertEqual(release.variables()["REPOPULSE_LISTEN"]["value"], f"0.0.0.0:{PORT}")


class Stores(unittest.TestCase):
    @each
    def test_one_server_on_a_volume(self, release: Release) -> None:
        if release.values.get("store") == "mongodb":
            return
        self.assertEqual((release.server["kind"], release.server["spec"]["replicas"]), ("StatefulSet", 1))
        self.assertEqual(release.variables()["REPOPULSE_STORE"]["value"], f"sqlite:{STATE}/repopulse.db")
        claims = release.server["spec"].get("volumeClaimTemplates", [])
        own = release.values.get("volume", {}).get("existingClaim")
        if own:
            self.assertEqual((claims, release.volumes["store"]["persistentVolumeClaim"]), ([], {"claimName": own}))
        else:
            self.assertEqual([claim["metadata"]["name"] for claim in claims], ["store"])
            size = release.values.get("volume", {}).get("size", "10Gi")
            self.assertEqual(claims[0]["spec"]["resources"]["requests"]["storage"], size)
        self.assertIsNone(release.one("PodDisruptionBudget"))

    @each
    def test_several_servers_on_a_database(self, release: Release) -> None:
        if release.values.get("store") != "mongodb":
            return
        replicas = release.values.get("replicas", 1)
        self.assertEqual((release.server["kind"], release.server["spec"]["replicas"]), ("Deployment", replicas))
        self.assertNotIn("value", release.variables()["REPOPULSE_STORE"])
        self.assertEqual(release.server["spec"]["strategy"]["rollingUpdate"], {"maxUnavailable": 0, "maxSurge": 1})
        spread = release.pod["topologySpreadConstraints"]
        self.assertEqual([one["topologyKey"] for one in spread],
                         ["kubernetes.io/hostname", "topology.kubernetes.io/zone"])
        for constraint in spread:
            labels = release.template["metadata"]["labels"]
            self.assertTrue(selects(constraint["labelSelector"]["matchLabels"], labels))
        self.assertEqual(release.container["lifecycle"], {"preStop": {"sleep": {"seconds": 5}}})
        budget = release.one("PodDisruptionBudget")
        self.assertEqual(budget is not None, replicas > 1)


class Secrets(unittest.TestCase):
    def test_no_secret_is_outside_a_secret(self) -> None:
        hidden = set()
        for release in RELEASES.values():
            for one in release.objects:
                text = yaml.safe_dump(one)
                if one["kind"] == "Secret":
                    self.assertNotIn("stringData", one)
                    hidden |= set(re.findall(r"hidden-[a-z-]+", " ".join(map(plain, one["data"].values()))))
                else:
                    self.assertNotIn("hidden", text)
                    self.assertNotIn(base64.b64encode(b"hidden-").decode()[:8], text)
        self.assertEqual(hidden, {f"hidden-{what}" for what in (
            "api-key", "token", "webhook", "path", "signature", "password")})

    @each
    def test_the_environment_has_references_alone(self, release: Release) -> None:
        for name, variable in release.variables().items():
            if re.search("STORE|API_KEY|TOKEN|SECRET|PASSWORD", name) and not name.endswith("_FILE"):
                path = variable.get("value", "").startswith("sqlite:/")
                self.assertTrue(path or "secretKeyRef" in variable.get("valueFrom", {}), name)

    @each
    def test_each_reference_leads_to_a_secret(self, release: Release) -> None:
        given = {(secret["existingSecret"], secret.get("key"))
                 for secret in release.values.get("secrets", {}).values() if "existingSecret" in secret}
        own = release.own_secrets()
        for name, key in release.secret_references():
            self.assertTrue(key in own.get(name, {}) or (name, key) in given, f"{name}, {key}")
        self.assertLessEqual(given, set(release.secret_references()))

    @each
    def test_every_file_that_is_named_is_mounted(self, release: Release) -> None:
        files = set()
        for mount in release.container["volumeMounts"]:
            volume = release.volumes.get(mount["name"], {})
            sources = volume.get("projected", {}).get("sources", [volume])
            for source in sources:
                from_where = source.get("secret") or source.get("configMap") or {}
                whole = [{"path": path} for path in ("repopulse.toml", "tls.crt", "tls.key")]
                items = from_where.get("items", whole)
                files |= {f"{mount['mountPath']}/{item['path']}" for item in items}
        named = {name: variable["value"] for name, variable in release.variables().items()
                 if name.startswith("REPOPULSE_") and variable.get("value", "").startswith("/")}
        self.assertIn("REPOPULSE_CONFIG", named)
        self.assertLessEqual(set(named.values()), files)
        for path in files - {SETTINGS_FILE}:
            if path.startswith("/run/secrets/repopulse/"):
                self.assertIn(path, named.values())

    def test_a_secret_is_no_setting_of_the_file(self) -> None:
        """What docs/settings.md calls secret, and every file of that, is refused among the settings."""
        chart = (SOURCE / "deploy" / "helm" / "repopulse" / "templates" / "_check.tpl").read_text()
        block = re.findall(r'define "repopulse.ownSettings" -}}\n(.*?)\{\{- end', chart, re.DOTALL)[0]
        own = set(yaml.safe_load(block))
        self.assertEqual(own - SETTINGS, set(), "are no settings")
        secret = {part.split("\n", 1)[0] for part in PAGE.split("\n## ")[1:] if "\n| secret |" in part}
        self.assertIn("github-token", secret)
        files = {f"{name}-file" for name in secret} & SETTINGS
        self.assertLessEqual(secret | files | {"store"}, own)

    def test_a_key_is_made_where_none_is_given(self) -> None:
        made = RELEASES["sqlite"].own_secrets()["release-repopulse"]["api-key"]
        self.assertRegex(made, r"^[A-Za-z0-9]{43}$")
        self.assertNotEqual(made, RELEASES["mongodb"].own_secrets()["release-repopulse"]["api-key"])
        self.assertEqual(RELEASES["everything"].own_secrets(), {})


class Settings(unittest.TestCase):
    @each
    def test_variables_are_settings(self, release: Release) -> None:
        ours = {name for name in release.variables() if name.startswith("REPOPULSE_")}
        self.assertLessEqual(ours - {"REPOPULSE_CONFIG"}, VARIABLES)
        self.assertEqual(release.container["args"], ["serve"])

    def test_a_long_number_stays_one(self) -> None:
        variables = RELEASES["github_app"].variables()
        self.assertEqual([variables[f"REPOPULSE_GITHUB_APP_{name}"]["value"] for name in ("ID", "INSTALLATION_ID")],
                         ["1234567", "70000001"])

    @each
    def test_the_file_says_what_the_values_say(self, release: Release) -> None:
        text = release.settings_text()
        if text is None:
            self.assertIn("settingsFile", release.values)
            return
        read = tomllib.loads(text)
        alerts = release.values.get("alerts", {})
        self.assertEqual(read.pop("alert", []), alerts.get("rules", []))
        self.assertEqual(read.pop("notify", []), alerts.get("targets", []))
        self.assertLessEqual(read.keys(), SETTINGS)
        # YAML reads off as false.
        given = release.values.get("settings", {})
        wanted = {name: "off" if value is False else value for name, value in given.items()}
        self.assertEqual(read, {"log-format": "json", **wanted})

    @each
    def test_a_file_with_targets_is_a_secret(self, release: Release) -> None:
        if "settingsFile" in release.values or release.values.get("alerts", {}).get("targets"):
            self.assertIsNone(release.one("ConfigMap"))
        else:
            self.assertIn("configMap", release.volumes["settings"])


class Network(unittest.TestCase):
    @each
    def test_selectors_find_the_servers(self, release: Release) -> None:
        labels = release.template["metadata"]["labels"]
        service = release.need("Service")
        selectors = [release.server["spec"]["selector"]["matchLabels"], service["spec"]["selector"]]
        for kind, path in (("PodDisruptionBudget", "selector"), ("NetworkPolicy", "podSelector")):
            found = release.one(kind)
            if found is not None:
                selectors.append(found["spec"][path]["matchLabels"])
        for selector in selectors:
            self.assertTrue(selects(selector, labels), selector)
        monitor = release.one("ServiceMonitor")
        if monitor is not None:
            self.assertTrue(selects(monitor["spec"]["selector"]["matchLabels"], service["metadata"]["labels"]))
            self.assertEqual(monitor["spec"]["endpoints"][0]["port"], service["spec"]["ports"][0]["name"])

    @each
    def test_the_ingress_has_the_path_of_the_links(self, release: Release) -> None:
        ingress = release.one("Ingress")
        self.assertEqual(ingress is not None, release.values.get("ingress", {}).get("enabled", False))
        if ingress is None:
            return
        wanted = release.values["ingress"].get("path") or release.values["settings"]["base-path"]
        (path,) = ingress["spec"]["rules"][0]["http"]["paths"]
        self.assertEqual((path["path"], path["pathType"]), (wanted, "Prefix"))
        backend = path["backend"]["service"]
        service = release.need("Service")
        self.assertEqual((backend["name"], backend["port"]["name"]),
                         (service["metadata"]["name"], service["spec"]["ports"][0]["name"]))

    @each
    def test_the_policy_lets_in_and_out_what_is_needed(self, release: Release) -> None:
        policy = release.one("NetworkPolicy")
        wanted = release.values.get("networkPolicy", {})
        self.assertEqual(policy is not None, wanted.get("enabled", False))
        if policy is None:
            return
        (inside,) = policy["spec"]["ingress"]
        self.assertEqual([port["port"] for port in inside["ports"]], [PORT])
        namespaces = [peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
                      for peer in inside["from"] if "namespaceSelector" in peer]
        self.assertEqual(namespaces, wanted.get("fromNamespaces", []))
        out = {port["port"] for rule in policy["spec"]["egress"] for port in rule["ports"]}
        port = wanted.get("mongodb", {}).get("port", 27017)
        database = {port} if release.values.get("store") == "mongodb" else set()
        more = {port["port"] for rule in wanted.get("egress", []) for port in rule["ports"]}
        self.assertEqual(out, {53, 443} | database | more)


class Monitoring(unittest.TestCase):
    def test_the_alerts_are_those_of_the_project(self) -> None:
        groups = yaml.safe_load((SOURCE / "deploy" / "monitoring" / "alerts.yml").read_text())["groups"]
        seen = 0
        for release in RELEASES.values():
            rule = release.one("PrometheusRule")
            if rule is None:
                continue
            seen += 1
            without = release.values["metrics"]["prometheusRule"].get("without", [])
            for made, group in zip(rule["spec"]["groups"], groups, strict=True):
                rules = [one for one in group["rules"] if one["alert"] not in without]
                self.assertEqual(made, {**group, "rules": rules})
        self.assertEqual(seen, 2)

    @each
    def test_a_scrape_has_a_key_and_the_job_of_the_alerts(self, release: Release) -> None:
        monitor = release.one("ServiceMonitor")
        if monitor is None:
            return
        (endpoint,) = monitor["spec"]["endpoints"]
        public = release.values["settings"].get("public") == "read"
        self.assertNotEqual("authorization" in endpoint, public)
        self.assertEqual(endpoint["path"], "/metrics")
        self.assertEqual([(one["targetLabel"], one["replacement"]) for one in endpoint["relabelings"]],
                         [("job", "repopulse")])


if __name__ == "__main__":
    unittest.main()
