import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { needing } from '@helpdeskly/testing';

const promtool = (...parameters: string[]) =>
  spawnSync('promtool', parameters, { cwd: join(import.meta.dirname, '..'), encoding: 'utf8' });

/** Prometheus' own tool, of Debian's package `prometheus`. */
needing('promtool')('promtool', () => {
  it.each([
    ['takes the configuration and its rules', ['check', 'config', 'docker/prometheus/prometheus.yml']],
    ['sees every alert fire, and none when all is well', ['test', 'rules', 'test/alerts.promtool.yml']],
  ])('%s', (_, parameters) => {
    const { status, stdout, stderr } = promtool(...parameters);
    expect([status, status === 0 ? '' : stdout + stderr]).toEqual([0, '']);
  });
});
