-- Those that there were had only what is present in them.
create index attendance_session_id on attendance (session_id);
create index feedback_session_id on feedback (session_id);
