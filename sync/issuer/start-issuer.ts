/** The reference central issuer, put together. In production Bhutan NDI's platform stands here. */
import { createServer } from 'node:http'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import express, { type ErrorRequestHandler } from 'express'
import { zFoundationalClaims } from '../../main/credentials/z-foundational.ts'
import { openDurableStore } from '../durable-store.ts'
import { carriedRoutes } from './bundles/carried-routes.ts'
import { createOperatorDoor, stickOrders, type OperatorOrders } from './bundles/operator.ts'
import { createSticks, type Sticks } from './bundles/sticks.ts'
import { loadFingerKey } from './finger/auth-key.ts'
import { openFinger, type SealedFinger } from './finger/open-finger.ts'
import { createDelegations } from './delegations.ts'
import { createDeliveries } from './deliveries.ts'
import { openRecords } from './records.ts'
import { createIntake } from './intake/intake.ts'
import { createCommissions } from './kiosk/commission.ts'
import { authenticate, kioskRoutes } from './kiosk/routes.ts'
import { stolenOrder } from './kiosk/stolen.ts'
import { loadKeys } from './keys.ts'
import {
  delegationMaster,
  demoSignIns,
  makeMasters,
  statusListMaster,
  type ScannerMasters,
} from './masters/masters.ts'
import type { ApprovalPolicy } from '../approval-policy.ts'
import { publishMasters, publishToAll } from './masters/publish.ts'
import { openPlatform } from './credebl/open-platform.ts'
import type { PlatformChoice } from './credebl/z-platform-choice.ts'
import { Offers } from './oid4vci/offers.ts'
import { credentialRoutes } from './oid4vci/routes.ts'
import { askRoutes } from './oid4vp/routes.ts'
import { openRegistry, type KioskEntry } from './registry.ts'
import { openRevocations } from './revocations.ts'
import { statusRoutes } from './status-routes.ts'
import { createStatusPublisher } from './status-publisher.ts'
import { openFolderPayloads } from './payloads/folder-payloads.ts'
import { openPayloads } from './payloads/open-payloads.ts'
import type { PayloadChoice } from './payloads/z-payload-choice.ts'
import { openStore } from './store/open-store.ts'
import type { StoreChoice } from './store/z-store-choice.ts'
import { readCountryCertificates } from './travel-document/country-certificates.ts'
import { openTrustDesk, type TrustOptions } from './trust/trust-desk.ts'
import { openUploads } from './uploads.ts'
import { measure } from './watch/measures.ts'
import { serveMetrics } from './watch/metrics-server.ts'
import { watchStore } from './watch/watch-store.ts'

/** By this name scanners for authentication know whom to seal to; it is the same wherever the issuer listens. */
const domainUri = 'urn:btkiosk:finger-authentication'

export interface IssuerOptions extends TrustOptions {
  dataDir: string
  /** 0 takes any free port of 127.0.0.1 */
  port: number
  /** demo staff with known PINs */
  demo: boolean
  /** what phones are told; default the address that it listens on */
  publicUrl?: string
  clock?: { now(): number }
  /** who certifies fingerprint scanners */
  scanners?: ScannerMasters['scanners']
  /** where the kiosks' databases lie; default in this process */
  store?: StoreChoice
  /** who makes the offers for phones; default this issuer */
  platform?: PlatformChoice
  /** where payloads stay; default in the data folder */
  payloads?: PayloadChoice
  /** of the spool's disk, bytes that stay free */
  spoolReserveBytes?: number
  /** when a second person must look at an enrolment; default never */
  approval?: ApprovalPolicy['approval']
  /** for `GET /metrics` on loopback; 0 takes any free one; default none */
  metricsPort?: number
  /** technical events, never personal data */
  onProblem?: (event: string) => void
}

export interface RunningIssuer {
  url: string
  /** a fresh one-time code for commissioning a kiosk of that office */
  commissioningCode(office: string): string
  sticks: Sticks
  /** what the operator may ask, by its verb */
  orders: OperatorOrders
  /** of the port for metrics, where there is one */
  metricsUrl?: string
  demoSignIns: readonly { name: string; pin: string; role: string }[]
  close(): Promise<void>
}

export async function startIssuer(options: IssuerOptions): Promise<RunningIssuer> {
  const { dataDir, port, demo, clock = { now: () => Date.now() } } = options
  const policy: ApprovalPolicy = { approval: options.approval ?? 'never' }
  let problems = 0
  const onProblem = (event: string) => {
    problems += 1
    options.onProblem?.(event)
  }
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const keys = await loadKeys(dataDir, clock, options.did)
  const fingerKey = await loadFingerKey(dataDir)
  const registry = openRegistry(join(dataDir, 'registry'))
  const revocations = openRevocations(join(dataDir, 'revocations'))
  const { store, unread } = watchStore(await openStore(options.store, dataDir, onProblem))
  const reserve = options.spoolReserveBytes
  const uploads = await openUploads({
    ...{ spool: join(dataDir, 'uploads', 'arriving'), payloads: openPayloads(options.payloads, dataDir) },
    ...{ onProblem, ...(reserve !== undefined && { reserveBytes: reserve }) },
  })
  const countryCertificates = () => readCountryCertificates(join(dataDir, 'country-certificates'))
  const offers = await Offers.open(openDurableStore(join(dataDir, 'offers')), keys, clock)
  let address = ''
  const url = () => options.publicUrl ?? address
  const statusListUrl = () => `${url()}/status/1`
  const provisionalListUrl = () => `${url()}/status/provisional`
  const delegationRecords = openRecords(join(dataDir, 'delegations'))
  const delegations = createDelegations({
    ...{ records: delegationRecords, keys, revocations, clock, statusListUrl, provisionalListUrl },
  })
  const revokedLists = async () => [
    { url: statusListUrl(), revoked: await revocations.revoked() },
    { url: provisionalListUrl(), revoked: await delegations.revoked() },
  ]
  const delegationOf = async (kiosk: KioskEntry) =>
    delegationMaster(
      { delegation: await delegations.current(kiosk), url: url() },
      { keys, now: new Date(clock.now()) },
    )
  const deliveries = createDeliveries({ store, registry, keys, clock, statusListUrl })
  const fingerAt = (sealed: SealedFinger, now: number) =>
    openFinger(sealed, {
      ...{ privateKey: fingerKey.privateKey, thumbprint: fingerKey.thumbprint, domainUri },
      ...{ roots: options.scanners?.roots ?? [], revoked: options.scanners?.revoked ?? [], now },
    })
  const intake = createIntake({
    ...{ store, registry, uploads, keys, clock, onProblem, countryCertificates, deliveries, revocations },
    delegations,
    onRevoked: () => statusPublisher.changed(),
    adoptCode: (code) => offers.adopt(code),
    approval: { policy, staff: demo ? demoSignIns : [] },
    checkFinger: async (sealed, at) => {
      const opened = await fingerAt(sealed, at)
      if (opened.isOk()) opened.value.fill(0)
      return opened.isOk()
    },
  })

  async function onCommissioned(kiosk: KioskEntry, password: string): Promise<void> {
    await store.addKiosk(kiosk, password)
    // There already: the kiosk asks again, for the first answer was lost.
    await publishMasters(store.inbox(kiosk.id), await masters())
    await publishMasters(store.inbox(kiosk.id), [await delegationOf(kiosk)], ['delegation'])
    await deliveries.takeOver(kiosk)
  }
  const masters = async () =>
    makeMasters({
      ...{ keys, demo, policy, lists: await revokedLists() },
      scanners: {
        ...(options.scanners && { scanners: options.scanners }),
        fingerAuthentication: { domainUri, certificate: fingerKey.certificate },
      },
      countryCertificates: await countryCertificates(),
      ...{ believed: trustDesk.believed.issuers(), documents: trustDesk.believed.documents() },
      now: new Date(clock.now()),
    })
  const statusPublisher = createStatusPublisher({
    onProblem,
    async publish() {
      const now = new Date(clock.now())
      const master = await statusListMaster({ keys, lists: await revokedLists(), now })
      for (const one of await registry.kiosks()) {
        const both = [master, await delegationOf(one)]
        await publishMasters(store.inbox(one.id), both, ['status-list', 'delegation'])
      }
    },
  })
  const inboxes = async () =>
    (await registry.kiosks()).map(
      ({ id }) =>
        () =>
          store.inbox(id),
    )
  const trustDesk = openTrustDesk({
    ...{ ...options, keys, clock, onProblem },
    async publish() {
      const all = await inboxes()
      if (all.length > 0) await publishToAll(all, await masters(), ['trust', 'status-list'])
    },
  })
  async function onGiven({ request }: { request: string }): Promise<void> {
    const tag = (await registry.request(request))?.tag
    if (tag !== undefined && (await revocations.handedOver(request, tag))) statusPublisher.changed()
  }
  const commissions = createCommissions({ registry, keys, clock, onCommissioned })

  const platform = openPlatform(options.platform, {
    ...{ dataDir, offers, url, clock, onProblem },
    onCollected: (request) => intake.collected(request),
  })

  const app = express()
  app.disable('x-powered-by')
  app.use((_request, response, next) => {
    response.set({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' })
    next()
  })
  app.use(
    kioskRoutes({
      ...{ url, keys, registry, desk: platform.desk, clock, commissions, onProblem },
      openFinger: (sealed) => fingerAt(sealed, clock.now()),
    }),
  )
  if (platform.router) app.use(platform.router)
  app.use(askRoutes({ url, keys, registry, clock }))
  app.use(
    credentialRoutes({
      url,
      keys,
      offers,
      clock,
      statusListUrl,
      standingOf: async (request) => {
        const entry = await registry.request(request)
        if (!entry || entry.state === 'rejected') return { state: 'over' }
        // One that is collected may still be on its way in a second form, by the same offer.
        if (!entry.claims || (entry.state !== 'ready' && entry.state !== 'collected'))
          return { state: 'open' }
        const claims = zFoundationalClaims.parse(JSON.parse(keys.reveal(entry.claims, entry.id)))
        return {
          state: 'ready',
          claims,
          statusIndex: await revocations.placeOf(entry.id, entry.statusIndex),
        }
      },
      onGiven: (offer) =>
        onGiven(offer).catch((error: unknown) =>
          onProblem(`not revoked: ${error instanceof Error ? error.name : 'unknown'}`),
        ),
      onCollected: ({ request }) => intake.collected(request),
    }),
  )
  app.use(statusRoutes({ keys, clock, revokedLists }))
  const kiosk = authenticate(registry)
  app.head('/uploads/by-hash/:sha256', kiosk, uploads.byHash)
  app.post('/uploads/have', kiosk, express.json({ limit: '128kb' }), uploads.have)
  app.all(/^\/uploads(\/.*)?$/, kiosk, uploads.handler)
  app.use('/store', kiosk, store.handler)
  const bundles = { registry, keys, store, uploads, intake, clock }
  const carried = openFolderPayloads(join(dataDir, 'carried', 'whole'))
  const volumes = await openUploads({
    ...{ at: 'carried', spool: join(dataDir, 'carried', 'arriving'), payloads: carried, onProblem },
  })
  app.use(carriedRoutes({ ...bundles, kiosk, volumes, forget: carried.forget }))
  const sticks = createSticks(bundles)
  const orders: OperatorOrders = {
    ...stickOrders(sticks),
    ...trustDesk.orders,
    stolen: stolenOrder({ registry, delegations, clock, onWithdrawn: () => statusPublisher.changed() }),
  }
  const operator = createOperatorDoor(orders)
  app.use(operator.router)
  app.use(trustDesk.router)
  const onError: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
    // A body that is no JSON, too long, or of an unknown encoding is the asker's fault.
    const status = error instanceof Error && 'status' in error ? Number(error.status) : 500
    if (status >= 400 && status < 500 && !response.headersSent)
      return void response.status(status).json({ error: 'bad_request' })
    onProblem(`request failed: ${error instanceof Error ? error.name : 'unknown'}`)
    if (!response.headersSent) response.status(500).json({ error: 'server_error' })
  }
  app.use(onError)

  const server = createServer(app)
  // A new connection costs a kiosk a trip there and back; over TLS three.
  server.keepAliveTimeout = 65_000
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const bound = server.address()
  address = `http://127.0.0.1:${typeof bound === 'object' && bound ? bound.port : port}`
  const kiosks = await registry.kiosks()
  // The store may be another one than yesterday's.
  for (const one of kiosks) await store.addKiosk(one)
  await intake.start()
  await operator.open(dataDir, address)
  // Kiosks that were commissioned before hear of it, too.
  if (kiosks.length > 0)
    await publishToAll(await inboxes(), await masters(), ['trust', 'status-list', 'policy'])

  const metrics =
    options.metricsPort === undefined
      ? undefined
      : await serveMetrics(options.metricsPort, () =>
          measure({ ...{ registry, store, unread, uploads, clock }, problems: () => problems }),
        )

  let closed: Promise<void> | undefined
  async function close(): Promise<void> {
    await metrics?.close()
    await operator.close(dataDir)
    await statusPublisher.close()
    await trustDesk.close()
    await intake.stop()
    await platform.close()
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
    await commissions.settled()
    await Promise.all([
      registry.close(),
      revocations.close(),
      delegationRecords.close(),
      store.close(),
      offers.close(),
      uploads.close(),
      volumes.close(),
    ])
  }

  return {
    url: url(),
    demoSignIns: demo ? demoSignIns.map(({ name, pin, role }) => ({ name, pin, role })) : [],
    commissioningCode: commissions.newCode,
    sticks,
    orders,
    ...(metrics && { metricsUrl: metrics.url }),
    close: () => (closed ??= close()),
  }
}
