var myHeaders = new Headers();
myHeaders.append("content-type", "application/json");
var raw = JSON.stringify({
  apiAccountId: "3fa85f64-5717-4562-b3fc-2c963f66afa6",
  contactId: "3fa85f64-5717-4562-b3fc-2c963f66afa6",
  templateId: "3fa85f64-5717-4562-b3fc-2c963f66afa6",
  message: "Hi Jack, thanks for the conversation earlier about the 2 bedroom house in Swindon lets catch up soon.",
});
var requestOptions = {
  method: "POST",
  headers: myHeaders,
  body: raw,
  redirect: "follow",
};
fetch("https://api.msgboxx.io/broadcast", requestOptions)
  .then((response) => response.text())
  .then((result) => console.log(result))
  .catch((error) => console.log("error", error));
