// What the page knows: people, chats, messages, who is typing, what has been read.

const TYPING_MS = 5000; // Telegram shows a chat action for five seconds or until the message comes

export class Store {
  constructor(changed) {
    this.changed = changed;
    this.bot = { id: 0, first_name: "Sari", username: "" };
    this.people = [];
    this.chats = [];
    this.messages = new Map(); // chat id -> Map(message id -> message)
    this.typing = new Map(); // chat id -> timer
    this.read = new Map(); // "person/chat" -> id of the newest message read
  }

  /** Replaces everything by what the server says now. What is already there counts as read at the first load. */
  load(state, histories) {
    this.bot = state.bot;
    this.people = state.people;
    this.chats = state.chats;
    this.messages = new Map();
    for (const chat of state.chats) {
      const messages = histories.get(chat.id);
      this.messages.set(chat.id, new Map(messages.map((message) => [message.message_id, message])));
      const newest = Math.max(0, ...messages.map((message) => message.message_id));
      for (const member of chat.members) {
        const key = `${member}/${chat.id}`;
        // A demo that was started again counts its messages from the beginning.
        this.read.set(key, Math.min(newest, this.read.get(key) ?? newest));
      }
    }
    this.changed();
  }

  /** Applies one event of the server. False when it speaks of a chat that is not known here. */
  apply(event) {
    const messages = this.messages.get(event.chat_id);
    if (!messages) return false;
    if (event.type === "typing") this.startTyping(event.chat_id);
    else if (event.type === "deleted") messages.delete(event.message_id);
    else {
      messages.set(event.message.message_id, event.message);
      if (event.message.from?.id === this.bot.id) this.stopTyping(event.chat_id);
    }
    this.changed();
    return true;
  }

  startTyping(chatId) {
    clearTimeout(this.typing.get(chatId));
    this.typing.set(chatId, setTimeout(() => {
      this.stopTyping(chatId);
      this.changed();
    }, TYPING_MS));
  }

  stopTyping(chatId) {
    clearTimeout(this.typing.get(chatId));
    this.typing.delete(chatId);
  }

  /** A person or chat by id; undefined when there is none. */
  person(id) {
    return this.people.find((person) => person.id === id);
  }

  chat(id) {
    return this.chats.find((chat) => chat.id === id);
  }

  chatsOf(personId) {
    return this.chats.filter((chat) => chat.members.includes(personId));
  }

  /** The name of a chat as its members see it: a private chat carries the bot's name. */
  title(chat) {
    return chat.type === "private" ? this.bot.first_name : chat.title;
  }

  /** The messages of a chat, oldest first. */
  history(chatId) {
    return [...(this.messages.get(chatId)?.values() ?? [])].sort((a, b) => a.message_id - b.message_id);
  }

  unread(personId, chatId) {
    const read = this.read.get(`${personId}/${chatId}`) ?? 0;
    return this.history(chatId).filter((m) => m.message_id > read && m.from?.id !== personId).length;
  }

  markRead(personId, chatId) {
    this.read.set(`${personId}/${chatId}`, this.history(chatId).at(-1)?.message_id ?? 0);
  }
}
