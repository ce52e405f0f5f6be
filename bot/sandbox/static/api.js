// What the page asks of the sandbox server. A failure is an ApiError whose message is a sentence for the visitor.

export class ApiError extends Error {}

const UNREACHABLE = "Server demo tidak menjawab. Pastikan demo masih berjalan di terminal, lalu coba lagi.";

async function request(path, body) {
  const options = body === undefined ? {} : {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new ApiError(UNREACHABLE);
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new ApiError(answer?.error ?? `Server demo menolak permintaan ini (${response.status}).`);
  if (answer === null) throw new ApiError(UNREACHABLE);
  return answer;
}

export const getState = () => request("/api/state");
export const getMessages = (chatId) => request(`/api/chats/${chatId}/messages`);
export const getCommands = (userId, chatId) => request(`/api/commands?chat_id=${chatId}&user_id=${userId}`);
export const send = (message) => request("/api/send", message);
export const press = (button) => request("/api/press", button);
export const setBlocked = (userId, blocked) => request("/api/block", { user_id: userId, blocked });
export const moveClock = (move) => request("/api/clock", move);
export const fileUrl = (fileId) => `/api/files/${encodeURIComponent(fileId)}`;

const RECONNECT_MS = 1000;

/**
 * Listens to the server's events for as long as the page lives.
 * `opened` is called at each (re)connection, when everything missed must be loaded; `lost` when the line is cut.
 */
export function listen({ opened, received, lost }) {
  const source = new EventSource("/api/events");
  source.onopen = opened;
  source.onmessage = (event) => received(JSON.parse(event.data));
  source.onerror = () => {
    // The browser's own attempts end at the first answer that is not a stream, and begin only after some seconds.
    source.close();
    lost();
    setTimeout(() => listen({ opened, received, lost }), RECONNECT_MS);
  };
}
