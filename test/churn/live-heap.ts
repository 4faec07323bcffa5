/** Reads by Node's inspector how much of another process's heap is alive, in bytes, after a garbage collection. */
export async function liveHeap(inspector: string): Promise<number> {
  const socket = new WebSocket(inspector);
  const failed = new Promise<never>((_, reject) => {
    socket.onerror = () => reject(new Error(`no answer from ${inspector}`));
    socket.onclose = () => reject(new Error(`${inspector} has closed`));
  });
  await Promise.race([new Promise((resolve) => (socket.onopen = resolve)), failed]);
  const call = async (id: number, method: string) => {
    const answered = new Promise<{ usedSize?: number }>((resolve) => {
      socket.onmessage = ({ data }) => resolve(JSON.parse(String(data)).result);
    });
    socket.send(JSON.stringify({ id, method }));
    return await Promise.race([answered, failed]);
  };
  try {
    await call(1, "HeapProfiler.collectGarbage");
    return (await call(2, "Runtime.getHeapUsage")).usedSize ?? Number.NaN;
  } finally {
    socket.onclose = null;
    socket.close();
  }
}
