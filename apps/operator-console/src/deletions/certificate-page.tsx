import { Button, Failed, Page, saveFile, Section, useTitle, Waiting } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { api, type Schemas, unwrap } from '../api/client.js';
import { Fact, Facts } from '../shared/facts.js';
import { useParam } from '../shared/use-param.js';
import { deletedLabels } from './deletion-labels.js';

type Certificate = Schemas['DeletionCertificateDto'];

/** What is gone of a purged tenant, what is left and until when, as it is stated to whoever asked for the deletion. */
export function CertificatePage() {
  const { t } = useLingui();
  useTitle(t`Certificate of deletion`);
  const id = useParam('id');
  const certificate = useQuery({
    queryKey: ['deletions', 'one', id],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/deletion-certificates/{id}', { params: { path: { id } }, signal })),
  });
  if (certificate.isPending) return <Waiting label={t`Loading…`} />;
  if (certificate.data === undefined)
    return <Failed error={certificate.error} onRetry={() => void certificate.refetch()} />;
  return <Content certificate={certificate.data} />;
}

function Content({ certificate }: { certificate: Certificate }) {
  const { t, i18n } = useLingui();
  const { tenantId, databaseName, deleted, archives, archiveKey, archivesUntil, sha256 } = certificate;
  const time = (at: string | null) => (at === null ? '–' : new Date(at).toLocaleString(i18n.locale));
  return (
    <Page
      title={t`Certificate of deletion`}
      about={
        <Trans>
          Of the tenant <code className="break-all">{tenantId}</code>
        </Trans>
      }
      action={
        <Button
          look="primary"
          onClick={() =>
            saveFile(
              new Blob([JSON.stringify(certificate)], { type: 'application/json' }),
              `deletion-certificate-${tenantId}.json`,
            )
          }
        >
          <Trans>Save as a file</Trans>
        </Button>
      }
    >
      <Section title={<Trans>The tenant</Trans>}>
        <Facts>
          <Fact name={t`Created`}>{time(certificate.createdAt)}</Fact>
          <Fact name={t`Deletion ordered`}>{time(certificate.deletedAt)}</Fact>
          <Fact name={t`Purged`}>{time(certificate.purgedAt)}</Fact>
          <Fact name={t`Database`}>{databaseName}</Fact>
          <Fact name={t`SHA-256 of its slug`}>
            <code className="break-all">{certificate.slugSha256}</code>
          </Fact>
          <Fact name={t`SHA-256 of its name`}>
            <code className="break-all">{certificate.nameSha256}</code>
          </Fact>
        </Facts>
      </Section>
      <Section title={<Trans>What was deleted</Trans>}>
        <ul className="list-inside list-disc">
          {deleted.map((each) => (
            <li key={each}>{i18n._(deletedLabels[each])}</li>
          ))}
        </ul>
      </Section>
      <Section title={<Trans>Archives that are left</Trans>}>
        <p>
          {archiveKey === 'DESTROYED' ? (
            <Trans>None can be read: their key is destroyed.</Trans>
          ) : (
            <Trans>They are encrypted, and expire by themselves, the last one on {time(archivesUntil)}.</Trans>
          )}
        </p>
        <ul className="flex flex-col gap-1">
          {archives.map(({ id, takenAt, expiresAt }) => (
            <li key={id}>
              <Trans>
                Taken {time(takenAt)}, expires {time(expiresAt)}
              </Trans>
            </li>
          ))}
        </ul>
      </Section>
      <Section title={<Trans>This statement</Trans>}>
        <Facts>
          <Fact name={t`Issued`}>{time(certificate.issuedAt)}</Fact>
          <Fact name={t`SHA-256`}>
            <code className="break-all">{sha256}</code>
          </Fact>
        </Facts>
      </Section>
    </Page>
  );
}
