import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { prefixRoutes } from '../wire/base-path.js';
import { HealthController } from '../answers/health.js';
import { buildDocument, type DocumentOptions } from './openapi-document.js';

/**
 * The OpenAPI document of the controllers in a folder's `*.controller` files, and of health: what an API with
 * them serves. It needs no server, database or configuration.
 */
export async function describeControllers(folder: string, options: DocumentOptions): Promise<OpenAPIObject> {
  const controllers = [HealthController as Type, ...(await controllersIn(folder))];

  @Module({ controllers, providers: dependenciesOf(controllers) as never })
  class Described {}

  // In preview mode Nest creates nothing; it only checks that it could create everything.
  const app = await NestFactory.create<NestFastifyApplication>(Described, new FastifyAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  prefixRoutes(app);
  return buildDocument(app, options);
}

async function controllersIn(folder: string): Promise<Type[]> {
  const names = await readdir(folder, { recursive: true });
  const files = names.filter((name) => /\.controller\.(?:js|ts)$/.test(name)).sort();
  const modules = await Promise.all(
    files.map((name) => import(pathToFileURL(join(folder, name)).href) as Promise<Record<string, unknown>>),
  );
  return modules
    .flatMap((module) => Object.values(module))
    .filter((value): value is Type => typeof value === 'function' && Reflect.hasMetadata('__controller__', value));
}

/** A dummy provider for each dependency of controllers, their guards and their interceptors. */
function dependenciesOf(controllers: readonly Type[]): { provide: unknown; useValue: unknown }[] {
  const tokens = [...controllers, ...controllers.flatMap(enhancersOf)].flatMap(tokensOf);
  return [...new Set(tokens)].map((provide) => ({ provide, useValue: undefined }));
}

function enhancersOf(controller: Type): Type[] {
  const prototype = controller.prototype as Record<string, object>;
  const handlers = Object.getOwnPropertyNames(prototype).map((name) => prototype[name]);
  return [controller, ...handlers]
    .filter((each) => typeof each === 'function')
    .flatMap((each) => ['__guards__', '__interceptors__'].flatMap((key) => metadata<Type>(key, each)));
}

function tokensOf(type: Type): unknown[] {
  const tokens = [...metadata<unknown>('design:paramtypes', type)];
  for (const { index, param } of metadata<{ index: number; param: unknown }>('self:paramtypes', type))
    tokens[index] = param;
  return tokens;
}

const metadata = <T>(key: string, target: object): T[] => (Reflect.getMetadata(key, target) as T[] | undefined) ?? [];
