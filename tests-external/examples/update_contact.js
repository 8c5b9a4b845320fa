var myHeaders = new Headers();
myHeaders.append("content-type", "application/json");
var raw = JSON.stringify({"contactId": "17b5c90a-7465-1097-b2db-66afa62c963f",
  "mobileNumber": "+447902111123",
  "name": "Test Customer",
  "status": "Subscribed",
  "email": "customer@somewhere.com",
  "apiAccountId": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
  "datetime": "2022-07-05T20:09:58.341Z",
  "tags": [ "prospect" ]
});
var requestOptions = {
  method: "PUT",
  headers: myHeaders,
  body: raw,
  redirect: "follow",
};
fetch("https://api.msgboxx.io/contact/17b5c90a-7465-1097-b2db-66afa62c963f", requestOptions)
  .then((response) => response.text())
  .then((result) => console.log(result))
  .catch((error) => console.log("error", error));
