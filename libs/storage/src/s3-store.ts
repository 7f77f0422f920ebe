import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  paginateListObjectsV2,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { S3Config } from '@helpdeskly/config';
import {
  assertPart,
  type BlobAddress,
  BlobNotFound,
  type BlobRange,
  type BlobStore,
  StorageUnavailable,
} from './blob-store.js';

/** S3 accepts no smaller parts; a shorter file is one object. An upload holds at most two parts in memory. */
const partBytes = 5 * 1024 * 1024;

/** A bucket of S3, or of a compatible service, with one prefix per space. */
export class S3Store implements BlobStore {
  private readonly client: S3Client;
  private readonly bucket: string;

  constructor({ bucket, region, endpoint, forcePathStyle }: S3Config) {
    this.bucket = bucket;
    this.client = new S3Client({
      region,
      forcePathStyle,
      ...(endpoint === undefined ? {} : { endpoint }),
      requestHandler: { connectionTimeout: 5000, requestTimeout: 30_000, throwOnRequestTimeout: true },
      // Not all services other than Amazon's know the checksums that the SDK would add.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }

  /** An object appears when all of it was sent; the parts of an interrupted upload are aborted. */
  async put(address: BlobAddress, bytes: Readable): Promise<void> {
    const Body = Readable.from(bytes); // Otherwise the SDK would take a stream's own `size` or `length` for the number of its bytes.
    const upload = new Upload({
      client: this.client,
      params: { Bucket: this.bucket, Key: keyOf(address), Body },
      partSize: partBytes,
      queueSize: 1,
    });
    try {
      await upload.done();
    } catch (error) {
      if (!bytes.destroyed) bytes.destroy();
      throw bytes.errored ?? new StorageUnavailable(error);
    }
  }

  async get(address: BlobAddress, range?: BlobRange): Promise<Readable> {
    const Range = range === undefined ? undefined : `bytes=${range.first}-${range.last}`;
    const command = new GetObjectCommand({ Bucket: this.bucket, Key: keyOf(address), Range });
    try {
      const { Body } = await this.client.send(command);
      return Body as Readable; // In Node it is one.
    } catch (error) {
      throw isMissing(error) ? new BlobNotFound(address) : new StorageUnavailable(error);
    }
  }

  async delete(address: BlobAddress): Promise<void> {
    await stored(this.client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: keyOf(address) })));
  }

  async *names(space: string): AsyncGenerator<string> {
    const prefix = prefixOf(space);
    for await (const keys of this.keys(prefix)) for (const key of keys) yield key.slice(prefix.length);
  }

  async *spaces(prefix: string): AsyncGenerator<string> {
    const pages = paginateListObjectsV2(
      { client: this.client },
      { Bucket: this.bucket, Prefix: prefix, Delimiter: '/' },
    );
    try {
      for await (const { CommonPrefixes = [] } of pages) {
        for (const { Prefix = '' } of CommonPrefixes) yield Prefix.slice(0, -1);
      }
    } catch (error) {
      throw new StorageUnavailable(error);
    }
  }

  async deleteSpace(space: string): Promise<void> {
    const prefix = prefixOf(space);
    await this.abortUploads(prefix);
    for await (const keys of this.keys(prefix)) {
      const Objects = keys.map((Key) => ({ Key }));
      const command = new DeleteObjectsCommand({ Bucket: this.bucket, Delete: { Objects, Quiet: true } });
      const { Errors = [] } = await stored(this.client.send(command));
      const [first] = Errors;
      if (first !== undefined) throw new StorageUnavailable(new Error(`${first.Key} was not deleted: ${first.Code}`));
    }
  }

  close(): void {
    this.client.destroy();
  }

  /** Aborts parts of uploads whose process died. A service without this list keeps none, or needs a rule that drops them. */
  private async abortUploads(prefix: string): Promise<void> {
    const list = new ListMultipartUploadsCommand({ Bucket: this.bucket, Prefix: prefix });
    try {
      const { Uploads = [] } = await this.client.send(list);
      for (const { Key, UploadId } of Uploads)
        await this.client.send(new AbortMultipartUploadCommand({ Bucket: this.bucket, Key, UploadId }));
      if (Uploads.length > 0) await this.abortUploads(prefix);
    } catch (error) {
      if (!(error instanceof S3ServiceException && error.name === 'NotImplemented'))
        throw new StorageUnavailable(error);
    }
  }

  private async *keys(prefix: string): AsyncGenerator<string[]> {
    const pages = paginateListObjectsV2({ client: this.client }, { Bucket: this.bucket, Prefix: prefix });
    try {
      for await (const { Contents = [] } of pages) if (Contents.length > 0) yield Contents.map(({ Key = '' }) => Key);
    } catch (error) {
      throw error instanceof StorageUnavailable ? error : new StorageUnavailable(error);
    }
  }
}

function prefixOf(space: string): string {
  assertPart(space);
  return `${space}/`;
}

function keyOf({ space, name }: BlobAddress): string {
  assertPart(name);
  return `${prefixOf(space)}${name}`;
}

async function stored<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new StorageUnavailable(error);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof S3ServiceException && error.name === 'NoSuchKey';
}
