import pg from "pg";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });

export async function notes() {
  const result = await pool.query("SELECT id, title, text FROM notes ORDER BY id");
  return result.rows;
}

export async function addNote(title, text) {
  const result = await pool.query("INSERT INTO notes (title, text) VALUES ($1, $2) RETURNING id, title, text", [
    title,
    text,
  ]);
  return result.rows[0];
}
