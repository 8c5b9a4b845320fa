var myHeaders = new Headers();
myHeaders.append("content-type", "application/json");
var raw = JSON.stringify({
  message: "Hi John, that sounds good progress, keep me informed please.",
  apiAccountId: "3fa85f64-5717-4562-b3fc-2c963f66afa6",
  contactId: "17b5c90a-7465-1097-b2db-66afa62c963f",
});
var requestOptions = {
  method: "POST",
  headers: myHeaders,
  body: raw,
  redirect: "follow",
};
fetch("https://api.msgboxx.io/contact", requestOptions)
  .then((response) => response.text())
  .then((result) => console.log(result))
  .catch((error) => console.log("error", error));
