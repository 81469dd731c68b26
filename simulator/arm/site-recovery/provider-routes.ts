import type { ArmCall } from '../arm-call.ts';
import { siteRecoveryVersions } from '../api-versions.ts';
import { get, ok, post, type ArmAnswer, type Route } from '../route.ts';
import { accepted } from './accepted.ts';
import { notThere } from './asr-error.ts';
import { startEnvironmentJob } from './environment-job.ts';
import { providerNamed, type Fabric, type NamedBody } from './fabric.ts';
import type { VaultFinder } from './vault-finder.ts';

/** Providers of the fabrics: what on the source's side speaks to the service. */
export function providerRoutes(find: VaultFinder): readonly Route[] {
  const { path, fabric } = find;
  const versions = siteRecoveryVersions;
  const providers = 'replicationRecoveryServicesProviders';
  const named = 'ReplicationRecoveryServicesProviders';
  const one = `${fabric}/${providers}/{provider}`;
  return [
    get(`${path}/${providers}`, `${named}_List`, versions, (call) =>
      list([...find.vault(call).fabrics].flatMap((each) => each.providers())),
    ),
    get(`${fabric}/${providers}`, `${named}_ListByReplicationFabrics`, versions, (call) =>
      list(find.fabricOf(call).providers()),
    ),
    get(one, `${named}_Get`, versions, (call) => ok(existing(call, find.fabricOf(call)).body)),
    post(`${one}/refreshProvider`, `${named}_RefreshProvider`, versions, (call) =>
      refresh(call, find.fabricOf(call)),
    ),
  ];
}

function list(providers: readonly NamedBody[]): ArmAnswer {
  return ok({ value: providers.map(({ body }) => body), nextLink: null });
}

/** Recorded: less than a second. */
function refresh(call: ArmCall, fabric: Fabric): ArmAnswer {
  const { name } = existing(call, fabric);
  const job = startEnvironmentJob(fabric.vault, {
    operation: 'ReplicationRecoveryServicesProviders_RefreshProvider',
    id: fabric.ids.provider(name),
    scenarioName: 'RefreshFabricLayout',
    tasks: ['RefreshFabricLayoutPreflightChecksTask', 'RefreshFabricLayoutTask'],
    instanceType: 'Server',
    span: [0.5, 1],
    succeeded: () => undefined,
  });
  return accepted(call, fabric.vault, job);
}

function existing(call: ArmCall, fabric: Fabric): NamedBody {
  const wanted = call.param('provider');
  const provider = providerNamed(fabric, wanted);
  if (provider === undefined) throw notThere(fabric.ids.provider(wanted));
  return provider;
}
