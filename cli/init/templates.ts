// The files of a new directory of settings.

/** What the files are made for. */
export interface Start {
  /** The way from the new directory to the schemas. */
  readonly schemas: string;
  readonly stage: string;
  /** Undefined where it is not known yet. */
  readonly region: string | undefined;
  /** The version of Portcullis that the settings are for. */
  readonly version: string;
}

const ID = 'internal-tools-stay-private';

/** Each file by its path, and its text. */
export function templates(start: Start): readonly (readonly [path: string, text: string])[] {
  return [
    ['settings.yml', settings(start)],
    [`policies/${ID}.yaml`, policy(start)],
    [`policies/${ID}.test.yaml`, cases(start)],
    ['.github/workflows/portcullis.yml', workflow(start)],
  ];
}

function settings({ schemas, stage, region }: Start): string {
  const regions = region === undefined ? '# regions: [eu-west-1]' : `regions: [${region}]`;
  return `# yaml-language-server: $schema=${schemas}/settings.schema.json
# How Portcullis is deployed. docs/settings.md of Portcullis explains every key.

# mail: security@example.com # who gets the mail; confirm the subscription after the deployment
# contact: "#cloud-security (https://wiki.example.com/portcullis)" # whom the mail says to ask
# timeZone: Europe/Berlin # the mail gives times in UTC and in this zone
policies: policies # the directory of your own policies

# The shipped policies are in force as they are. Say here what is different, by their id:
# shipped:
#   web-only-to-the-world: { mode: off }
#   no-world-open-databases: { mode: dry-run, grace: 10m }

stages:
  ${stage}:
    mode: dry-run # enforce, when the reports of some days are what you expect
    # account: "111122223333" # then nothing is deployed to another one by mistake
    ${regions}
`;
}

function policy({ schemas }: Start): string {
  return `# yaml-language-server: $schema=../${schemas}/policy.schema.json
# An example: change it, or delete it together with its tests.
id: ${ID}
title: Grafana and Prometheus are reachable from private addresses only
severity: medium
description: >-
  Dashboards show what a network looks like inside. Reach them through the VPN, or put a load balancer that asks for a
  login in front of them.
match:
  protocol: tcp
  ports: [3000, 9090]
  source: { outside: [private] }
action: notify
`;
}

function cases({ schemas }: Start): string {
  return `# yaml-language-server: $schema=../${schemas}/policy-test.schema.json
now: 2026-06-01
violation:
  - Grafana from anywhere: { IpProtocol: tcp, FromPort: 3000, ToPort: 3000, CidrIpv4: 0.0.0.0/0 }
  - Prometheus from one public address: { IpProtocol: tcp, FromPort: 9090, ToPort: 9090, CidrIpv4: 198.51.100.7/32 }
  - a range around Grafana from anywhere by IPv6: { IpProtocol: tcp, FromPort: 2000, ToPort: 4000, CidrIpv6: "::/0" }
  - all traffic from anywhere: { IpProtocol: "-1", CidrIpv4: 0.0.0.0/0 }
compliant:
  - Grafana from a private network: { IpProtocol: tcp, FromPort: 3000, ToPort: 3000, CidrIpv4: 10.0.0.0/8 }
  - Grafana from another group: { IpProtocol: tcp, FromPort: 3000, ToPort: 3000, ReferencedGroupInfo: { GroupId: sg-2 } }
  - HTTPS from anywhere: { IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIpv4: 0.0.0.0/0 }
`;
}

/** GitHub's own expressions have the form of template strings. */
const expression = (text: string) => `\${{ ${text} }}`;

function workflow({ version }: Start): string {
  return `# Checks the settings, the policies and their tests. Set the variable PORTCULLIS_URL of this repository to where you clone
# Portcullis from.
name: portcullis
on: [push, pull_request]
permissions: { contents: read }
env:
  PORTCULLIS_VERSION: v${version} # the tag that you deploy
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: { path: settings }
      - uses: actions/setup-node@v4
        with: { node-version: 24 }
      - run: git clone --depth 1 --branch "$PORTCULLIS_VERSION" "$PORTCULLIS_URL" portcullis && cd portcullis && npm ci
        env:
          PORTCULLIS_URL: ${expression('vars.PORTCULLIS_URL')}
      - run: npx --no -- portcullis validate && npx --no -- portcullis test
        working-directory: portcullis
        env:
          PORTCULLIS_SETTINGS: ${expression('github.workspace')}/settings/settings.yml
`;
}
