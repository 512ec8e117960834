// The releases that are bad on purpose. A good release has no defect and none of this does anything.
import { config } from './config.js';

const LATE_CRASH_SECONDS = 20;
const SLOW_START_SECONDS = 25;
const FAILING_OF_TEN = new Set([2, 5, 8]);

let liveRequests = 0;
let lateCrashArmed = false;

const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

export async function startDefect() {
  if (config.defect === 'crash') {
    console.error('fatal: configuration key JWT_PRIVATE_KEY is missing');
    process.exit(1);
  }
  if (config.defect === 'slow-start') await pause(SLOW_START_SECONDS);
}

export const healthDefect = () => config.defect === 'unhealthy';

export function afterHealthy() {
  if (config.defect !== 'late-crash' || lateCrashArmed) return;
  lateCrashArmed = true;
  pause(LATE_CRASH_SECONDS).then(() => {
    console.error('fatal: out of memory');
    process.exit(1);
  });
}

// Live means: reached through the edge, which says so by a header. Checks inside the stack see nothing.
export function requestFails(path, headers) {
  if (config.defect !== 'errors' || !headers['x-forwarded-for']) return false;
  if (!path.startsWith('/api/') || path === '/api/version') return false;
  liveRequests += 1;
  return FAILING_OF_TEN.has(liveRequests % 10);
}
