// Prometheus text format, with the names and buckets of the real API.

const BUCKETS = [0.1, 0.5, 1, 2, 5];
const requests = new Map();
const durations = new Map();

const labels = (pairs) => Object.entries(pairs).map(([name, value]) => `${name}="${value}"`).join(',');

export function observe(method, path, status, seconds) {
  const counted = labels({ method, path, status });
  requests.set(counted, (requests.get(counted) ?? 0) + 1);
  const timed = durations.get(counted) ?? { counts: BUCKETS.map(() => 0), sum: 0, count: 0 };
  BUCKETS.forEach((limit, index) => {
    if (seconds <= limit) timed.counts[index] += 1;
  });
  timed.sum += seconds;
  timed.count += 1;
  durations.set(counted, timed);
}

export function render() {
  const lines = ['# HELP http_requests_total Requests answered', '# TYPE http_requests_total counter'];
  for (const [key, value] of requests) lines.push(`http_requests_total{${key}} ${value}`);
  lines.push('# HELP http_request_duration_seconds Time to answer', '# TYPE http_request_duration_seconds histogram');
  for (const [key, timed] of durations) {
    BUCKETS.forEach((limit, index) => {
      lines.push(`http_request_duration_seconds_bucket{${key},le="${limit}"} ${timed.counts[index]}`);
    });
    lines.push(
      `http_request_duration_seconds_bucket{${key},le="+Inf"} ${timed.count}`,
      `http_request_duration_seconds_sum{${key}} ${timed.sum}`,
      `http_request_duration_seconds_count{${key}} ${timed.count}`,
    );
  }
  return `${lines.join('\n')}\n`;
}
