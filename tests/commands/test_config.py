"""The settings of `serve`, checked and shown by `config`."""

import tomllib

from product import WRONG_USAGE, CommandTest

SETTINGS = """freshness = "2m"
repo = ["a/b", "c/d"]
github-token = "ghp_hidden"
store = "mongodb://user:hidden@localhost/x"

[[alert]]
rule = "silence"

[[notify]]
kind = "webhook"
url = "https://example.org/hidden"
"""


class ConfigTest(CommandTest):
    def test_each_setting_is_shown_with_its_value_and_origin_and_no_secret(self):
        path = self.file("settings.toml", SETTINGS)
        shown = self.run_it("config", "show", "--config", path, "--max-active", "7", store="").stdout
        self.assertNotIn("hidden", shown)
        for line in ('freshness = "2m"  # ' + path + ":1", 'repo = ["a/b", "c/d"]  # ' + path + ":2",
                     'github-token = "***"  # ' + path + ":3", 'max-active = "7"  # --max-active',
                     'window-days = "7"  # default', "# api-key: none", "# bots: *[bot] and well-known robots",
                     "# [[alert]]: 1, [[notify]]: 1",
                     'store = "mongodb://user:***@localhost/x"  # ' + path + ":4"):
            self.assertIn(line + "\n", shown)

    def test_what_is_shown_is_a_settings_file_that_means_the_same(self):
        shown = self.run_it("config", "show", "--freshness", "90s", "--repo", "a/b", "--repo", "c/d",
                            "--public", "badges").stdout
        self.assertEqual(tomllib.loads(shown)["repo"], ["a/b", "c/d"])
        again = self.run_it("config", "show", "--config", self.file("again.toml", shown), store="").stdout
        self.assertEqual(tomllib.loads(again), tomllib.loads(shown))

    def test_wrong_settings_are_told_apart_from_good_ones_as_serve_does(self):
        good = self.file("good.toml", SETTINGS)
        self.assertEqual(self.run_it("config", "check", "--config", good).stderr, "the settings are valid\n")
        self.assertFalse(list(self.folder.glob("*.db")), "nothing is opened")
        for text, words in (("freshness = 'soon'", "freshness 'soon'"),
                            ("fresness = '2m'", "unknown setting 'fresness'"),
                            ("tls-cert = 'absent.pem'", "absent.pem"), ("[[alert]]\nrule = 'noise'", "[[alert]] rule")):
            bad = self.file("bad.toml", text)
            for subcommand in ("check", "show"):
                done = self.run_it("config", subcommand, "--config", bad, status=WRONG_USAGE)
                self.assertEqual(len(done.stderr.splitlines()), 1)
                self.assertIn(words, done.stderr)
                self.assertEqual(done.stdout, "")
            self.assertEqual(self.run_it("serve", "--config", bad, status=WRONG_USAGE).stderr, done.stderr)
