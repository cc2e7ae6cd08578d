import express from "express";
import { notes, addNote } from "./notes.js";

const app = express();
app.use(express.json());

app.get("/notes", async (request, response) => {
  response.json(await notes());
});

app.post("/notes", async (request, response) => {
  const { title, text } = request.body;
  response.status(201).json(await addNote(title, text));
});

const port = process.env.PORT || 3000;
app.listen(port, () => console.log(`Listening on ${port}`));
